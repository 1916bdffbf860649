//! The docstrings of the Python client, from the texts of the contracts.

use super::calls::example_lines;
use super::layout::wrap;
use super::names::{Flavour, argument_name};
use super::values::split;
use crate::emit::errors;
use crate::model::{Handle, HandleForm, Language, Method, Model};

pub(super) fn class_doc(model: &Model, handle: &Handle, flavour: Flavour) -> Vec<String> {
    let mut doc = wrap(
        &markup(model, handle, &handle.summary),
        "    \"\"\"",
        "    ",
    );
    if let Some(more) = &handle.doc {
        doc.push(String::new());
        doc.extend(wrap(&markup(model, handle, more), "    ", "    "));
    }
    let runnable = |method: &&Method| {
        let example = method.example.as_ref();
        let runs = example.is_some_and(|e| e.not_run.is_none() && e.provider.is_none());
        // The client is there to make keys.
        let shows = handle.form != HandleForm::Client || method.changes;
        runs && shows && method.is_generated_in(Language::Python)
    };
    let Some(method) = handle.methods.iter().find(runnable) else {
        return closed(doc, 4);
    };
    let lines = example_lines(model, handle, method, flavour, 12);
    doc.push(String::new());
    if handle.form == HandleForm::Administrator {
        doc.extend(["    For example::".to_owned(), String::new()]);
        doc.extend(lines.iter().map(|line| format!("        {line}")));
        doc.push(String::new());
    } else {
        let package = flavour.package();
        let with = flavour.asynchronous();
        doc.push(format!("    >>> {with}with {package}.Client() as client:"));
        doc.extend(lines.iter().map(|line| format!("    ...     {line}")));
    }
    closed(doc, 4)
}

pub(super) fn method_doc(
    model: &Model,
    handle: &Handle,
    method: &Method,
    flavour: Flavour,
) -> Vec<String> {
    let text = |text: &str| markup(model, handle, text);
    let mut doc = wrap(&text(&method.summary), "        \"\"\"", "        ");
    if let Some(more) = &method.doc {
        doc.push(String::new());
        doc.extend(wrap(&text(more), "        ", "        "));
    }
    let mut section = |title: &str, entries: Vec<String>| {
        if entries.is_empty() {
            return;
        }
        doc.extend([String::new(), format!("        {title}:")]);
        for entry in entries {
            let rest = if title == "Returns" { " " } else { "     " };
            let rest = format!("            {}", &rest[1..]);
            doc.extend(wrap(&entry, "            ", &rest));
        }
    };
    let (placed, named) = split(method);
    let arguments = placed.into_iter().chain(named).map(|argument| {
        let default = match (argument.default_in(Language::Python), &argument.optional) {
            (None, Some(default)) => format!(" Without it: {default}."),
            _ => String::new(),
        };
        format!(
            "{}: {}{default}",
            argument_name(argument),
            text(&argument.doc)
        )
    });
    let timeout = "timeout: Seconds to wait for each response, instead of the client's.";
    section("Args", arguments.chain([timeout.to_owned()]).collect());
    section(
        "Returns",
        method.returns_doc.iter().map(|doc| text(doc)).collect(),
    );
    let errors = method.errors.iter();
    let errors =
        errors.map(|(kind, when)| format!("{}: {}", errors::python_class(kind), text(when)));
    section("Raises", errors.collect());
    let example = example_lines(model, handle, method, flavour, 12);
    if !example.is_empty() {
        doc.extend([
            String::new(),
            "        For example::".to_owned(),
            String::new(),
        ]);
        doc.extend(
            example
                .iter()
                .map(|line| format!("            {line}").trim_end().to_owned()),
        );
    }
    doc.push(String::new());
    closed(doc, 8)
}

/// The lines of a docstring with its end.
fn closed(mut doc: Vec<String>, indent: usize) -> Vec<String> {
    match doc.as_mut_slice() {
        [only] => only.push_str("\"\"\""),
        _ => doc.push(format!("{}\"\"\"", " ".repeat(indent))),
    }
    doc
}

/// Markdown as reStructuredText: names of methods and of errors become references.
fn markup(model: &Model, handle: &Handle, text: &str) -> String {
    let methods = model.methods_of(handle);
    let mut out = String::new();
    // Linters take the minus sign for a mistake.
    let text = text.replace('\u{2212}', "-");
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 0 {
            out.push_str(part);
            continue;
        }
        let method = methods
            .iter()
            .find(|method| method.name.as_written() == part);
        let kind = model
            .kinds
            .iter()
            .find(|kind| kind.name.as_written() == part);
        out += &match (method, kind) {
            (Some(method), _) if method.missing_in(Language::Python).is_none() => {
                format!(":meth:`{}`", method.name_in(Language::Python))
            }
            (_, Some(kind)) => format!(
                ":class:`parsec_client.{}`",
                errors::python_class(&kind.name)
            ),
            _ => format!("``{part}``"),
        };
    }
    out
}
