//! The documentation of Swift's methods (DocC), from the texts of the contracts.

use super::calls::call_lines;
use super::names::{WIDTH, labelled, symbol};
use crate::emit::text::{lower_first, wrap};
use crate::model::{Handle, Method, Model, Name, ValueType};

/// The documentation of a method.
pub(super) fn method_doc(
    model: &Model,
    handle: &Handle,
    method: &Method,
    with_kind: bool,
) -> Vec<String> {
    let width = WIDTH - 8;
    let text = |text: &str| named(model, handle, method, text);
    let mut lines = wrap(&text(&method.summary), width);
    if let Some(more) = &method.doc {
        lines.push(String::new());
        lines.extend(wrap(&text(more), width));
    }
    if let Some(example) = &method.example {
        lines.extend([String::new(), "```swift".to_owned()]);
        lines.extend(call_lines(model, handle, method, example));
        lines.push("```".to_owned());
    }
    let mut tags: Vec<(String, &str)> = Vec::new();
    let arguments = labelled(method);
    if !arguments.is_empty() {
        tags.push(("- Parameters:".to_owned(), ""));
    }
    for (_, argument) in arguments {
        let default = argument.optional.as_ref();
        let default = default.map(|default| format!(" The default is {}.", text(default)));
        let name = match argument.value_type {
            ValueType::Spec if with_kind => "kind".to_owned(),
            _ => argument.name.lower_camel(),
        };
        let text = format!(
            "- {name}: {}{}",
            text(&argument.doc),
            default.unwrap_or_default()
        );
        tags.push((text, "  "));
    }
    if with_kind {
        tags.push((
            "- options: Further properties of the key, such as exportable.".to_owned(),
            "  ",
        ));
    }
    if let Some(returned) = &method.returns_doc {
        tags.push((format!("- Returns: {}", text(returned)), ""));
    }
    let is_verdict = |kind: &Name| method.verdict && kind.kebab() == "invalid-signature";
    if let Some((_, when)) = method.errors.iter().find(|(kind, _)| is_verdict(kind)) {
        tags.push((
            format!("- Returns: `false` if {}", lower_first(&text(when))),
            "",
        ));
    }
    let errors = method.errors.iter().filter(|(kind, _)| !is_verdict(kind));
    let errors: Vec<String> = errors
        .map(|(kind, when)| {
            let when = text(when);
            let when = lower_first(when.trim_end_matches('.'));
            format!("{} if {when}", error(&kind.lower_camel()))
        })
        .collect();
    if !errors.is_empty() {
        tags.push((format!("- Throws: {}.", errors.join("; ")), ""));
    }
    if !tags.is_empty() {
        lines.push(String::new());
    }
    for (tag, indent) in tags {
        let mut wrapped = wrap(&tag, width - 4).into_iter();
        lines.extend(wrapped.next().map(|line| format!("{indent}{line}")));
        lines.extend(wrapped.map(|line| format!("{indent}  {line}")));
    }
    lines
}

fn error(kind: &str) -> String {
    format!("``ParsecError/{kind}(_:)``")
}

/// The text with Swift's names instead of those of the contracts in backticks.
fn named(model: &Model, handle: &Handle, method: &Method, text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| match index % 2 {
        0 => part.to_owned(),
        _ => name(model, handle, method, part),
    });
    parts.collect()
}

fn name(model: &Model, handle: &Handle, method: &Method, written: &str) -> String {
    let mut arguments = method.arguments.iter();
    if let Some(argument) = arguments.find(|argument| argument.name.as_written() == written) {
        return format!("`{}`", argument.name.lower_camel());
    }
    if model.kinds.iter().any(|kind| kind.name.kebab() == written) {
        return error(&Name::new(written).lower_camel());
    }
    let own = model.methods_of(handle).into_iter();
    let others = model.handles.iter().flat_map(|handle| &handle.methods);
    let mut found = own.chain(others);
    match found.find(|method| method.name.as_written() == written) {
        Some(method) => format!("`{}`", symbol(method)),
        None => format!("`{written}`"),
    }
}
