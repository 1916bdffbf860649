//! The raw layer of the Python client: types, and a method for each operation, blocking and for
//! asyncio. Each module of types and each area of operations has its own file; `types.py` and
//! `raw.py` export them.

mod operations;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use askama::Template;

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::python::imports::{line, rank};
use crate::emit::python::layout::{Code, lines, wrap};
use crate::emit::text::one_line;
use crate::model::{Field, Form, Model, Provider, Type, TypeRef};

const FOLDER: &str = "clients/python/parsec_client/_generated";

/// Renders the packages of types, results and operations, the modules that export them, and
/// `providers.py`.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut write = |name: &str, text: String| {
        let path = format!("{FOLDER}/{name}");
        output.insert(path, text.trim_end().to_owned() + "\n");
    };
    types::emit(model, &mut write)?;
    operations::emit(model, &mut write)?;
    let providers = Providers {
        banner: banner("contracts/providers.toml"),
        providers: &model.providers,
    };
    write("providers.py", providers.render()?);
    for (package, doc) in [
        ("", "The generated part of the client."),
        ("shared/", "The types that operations share, by module."),
        ("results/", "The results of operations, by area."),
        ("sync/", "The operations as blocking methods, by area."),
        ("aio/", "The operations as methods for asyncio, by area."),
    ] {
        let text = format!("# {}\n\"\"\"{doc}\"\"\"\n", banner("contracts"));
        write(&format!("{package}__init__.py"), text);
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "python/providers.py", escape = "none")]
struct Providers<'a> {
    banner: String,
    providers: &'a [Provider],
}

struct FieldView {
    name: String,
    argument: String,
    doc: String,
    type_name: String,
    optional: bool,
}

/// Names to import, by module.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn fields(model: &Model, fields: &[Field]) -> Vec<FieldView> {
    fields
        .iter()
        .map(|field| field_view(model, field))
        .collect()
}

fn field_view(model: &Model, field: &Field) -> FieldView {
    FieldView {
        name: field.name.snake(),
        argument: keywords::python(&field.name.snake()),
        doc: markup(&field.doc),
        type_name: wrapped(field, type_name(model, &field.type_ref)),
        optional: field.optional,
    }
}

/// Returns the type of an input. For bytes, it accepts all bytes-like types.
fn argument_type(model: &Model, field: &Field) -> String {
    let single = match &field.type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => builtin(base).to_owned(),
            _ => format!("types.{}", class(model.type_named(&name.kebab()))),
        },
        base => builtin(base).to_owned(),
    };
    let single = if single == "bytes" {
        "BytesLike".to_owned()
    } else {
        single
    };
    if field.repeated {
        format!("Sequence[{single}]")
    } else {
        wrapped(field, single)
    }
}

fn wrapped(field: &Field, single: String) -> String {
    match (field.repeated, field.optional) {
        (true, _) => format!("list[{single}]"),
        (false, true) => format!("Optional[{single}]"),
        (false, false) => single,
    }
}

fn type_name(model: &Model, type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Named(name) => class(model.type_named(&name.kebab())),
        base => builtin(base).to_owned(),
    }
}

fn builtin(type_ref: &TypeRef) -> &'static str {
    match type_ref {
        TypeRef::Bool => "bool",
        TypeRef::Uint32 | TypeRef::Uint64 => "int",
        TypeRef::String => "str",
        TypeRef::Bytes => "bytes",
        TypeRef::Named(_) => "object",
    }
}

fn class(found: &Type) -> String {
    keywords::python_class(&found.name.camel())
}

const QUOTES: &str = "\"\"\"";

/// The names of the standard library that generated code uses.
const STANDARD: &[(&str, &[&str])] = &[
    ("collections.abc", &["Sequence"]),
    (
        "typing",
        &["Literal", "Optional", "TypedDict", "Union", "cast"],
    ),
];

/// Returns the import lines of code in isort's order: the names of the standard library that it
/// uses, then those of the package.
fn import_lines(code: &str, own: &Imports) -> Vec<String> {
    // Every second part is a docstring.
    let code: String = code.split("\"\"\"").step_by(2).collect();
    let words: BTreeSet<&str> = code
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_')))
        .collect();
    let mut lines = Vec::new();
    for (module, names) in STANDARD {
        let used = names.iter().filter(|name| words.contains(**name));
        lines.extend(line(
            module,
            &mut used.map(|name| (*name).to_owned()).collect::<Vec<_>>(),
        ));
    }
    if !lines.is_empty() && !own.is_empty() {
        lines.push(String::new());
    }
    for (module, names) in own {
        lines.extend(line(module, &mut names.iter().cloned().collect::<Vec<_>>()));
    }
    lines
}

/// Returns a docstring: a summary in one line, and the rest in a paragraph of its own.
fn docstring(doc: &str, indent: usize) -> String {
    let mut lines = doc_lines(doc, indent);
    match lines.as_mut_slice() {
        [only] => only.push_str(QUOTES),
        _ => lines.push(" ".repeat(indent) + QUOTES),
    }
    lines.join("\n")
}

/// Returns the lines of a docstring without its end. The summary is the first sentence.
fn doc_lines(doc: &str, indent: usize) -> Vec<String> {
    let space = " ".repeat(indent);
    let (summary, rest) = match doc.split_once(". ") {
        Some((summary, rest)) => (format!("{summary}."), rest),
        None => (doc.to_owned(), ""),
    };
    let mut lines = wrap(&summary, &format!("{space}{QUOTES}"), &space);
    if !rest.is_empty() {
        lines.push(String::new());
        lines.extend(wrap(rest, &space, &space));
    }
    lines
}

/// Returns the docstring of an attribute, which stands below it.
fn attribute_doc(doc: &str, indent: usize) -> String {
    let space = " ".repeat(indent);
    let doc = format!("{doc}{QUOTES}");
    wrap(&doc, &format!("{space}{QUOTES}"), &space).join("\n")
}

/// Returns a text of the contracts as reStructuredText, in one line.
fn markup(text: &str) -> String {
    one_line(text).replace('`', "``")
}

/// Returns the comment that documents a constant or an alias.
pub(in crate::emit) fn comment(doc: &str) -> String {
    wrap(doc, "#: ", "#: ").join("\n")
}

/// Returns the list `__all__`, in the order of the linter: constants, classes, others.
pub(in crate::emit) fn exported(names: impl IntoIterator<Item = String>) -> String {
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by_cached_key(|name| (rank(name), natural(name)));
    let names = names.iter().map(|name| Code::text(format!("\"{name}\"")));
    let list = Code::Group("__all__ = [".to_owned(), names.collect(), "]");
    lines(&list, 0, "").join("\n")
}

/// Splits a name so that numbers in it compare by value.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = vec![(String::new(), 0)];
    let mut after_digit = false;
    for letter in name.chars() {
        if after_digit && !letter.is_ascii_digit() {
            parts.push((String::new(), 0));
        }
        after_digit = letter.is_ascii_digit();
        if let Some((text, number)) = parts.last_mut() {
            match letter.to_digit(10) {
                Some(digit) => *number = *number * 10 + u64::from(digit),
                None => text.push(letter),
            }
        }
    }
    parts
}
