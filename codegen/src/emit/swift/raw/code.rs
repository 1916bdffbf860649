//! Pieces of Swift code: comments, lists, branches, and names of types.

use heck::ToLowerCamelCase as _;

use crate::emit::keywords;
use crate::emit::swift::names::WIDTH;
use crate::emit::text::wrap;
use crate::model::{Form, Model, Name, TypeRef};

/// Returns a text in lines of comments.
pub(super) fn doc(text: &str, indent: usize) -> String {
    let space = " ".repeat(indent);
    let lines = wrap(text, WIDTH - indent - "/// ".len());
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("{space}/// {line}"))
        .collect();
    lines.join("\n")
}

/// Returns the comment of a case.
pub(super) fn case_doc(text: &str, tag: &str) -> String {
    match text.is_empty() {
        true => doc(&format!("`{tag}` in the contracts."), 8),
        false => doc(text, 8),
    }
}

/// Returns code with items in parentheses: in one line, or with the items in a line of their own, or
/// in a line each.
pub(super) fn listed(open: &str, items: &[String], close: &str, indent: usize) -> String {
    let (space, line) = (" ".repeat(indent), items.join(", "));
    // Names of the standard library become shorter.
    let length = |code: &str| {
        let long = code.replace("Swift.", "").replace("Foundation.", "");
        long.chars().count() + indent
    };
    let whole = format!("{open}{line}{close}");
    if length(&whole) <= WIDTH {
        return format!("{space}{whole}");
    }
    let items = match length(&line) + 4 <= WIDTH {
        true => line,
        false => items.join(&format!(",\n{space}    ")),
    };
    format!("{space}{open}\n{space}    {items}\n{space}{close}")
}

/// Returns a branch of a `switch`, in one line if it fits.
pub(super) fn branch(pattern: &str, statement: &str, indent: usize) -> String {
    let space = " ".repeat(indent);
    let line = format!("{space}{pattern} {statement}");
    match line.chars().count() <= WIDTH {
        true => line,
        false => format!("{space}{pattern}\n{space}    {statement}"),
    }
}

/// Returns the name of a type with its module, because a type of the contracts may be named
/// `String`.
pub(super) fn type_name(model: &Model, type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Named(name) => {
            let found = model.type_named(&name.kebab());
            format!("Contract.{}", class(&found.name))
        }
        TypeRef::Bool => "Swift.Bool".to_owned(),
        TypeRef::Uint32 => "Swift.UInt32".to_owned(),
        TypeRef::Uint64 => "Swift.UInt64".to_owned(),
        TypeRef::String => "Swift.String".to_owned(),
        TypeRef::Bytes => "Foundation.Data".to_owned(),
    }
}

/// Returns the default value of a field.
pub(super) fn zero(model: &Model, type_ref: &TypeRef) -> Option<&'static str> {
    Some(match type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => return zero(model, base),
            _ => return None,
        },
        TypeRef::Bool => "false",
        TypeRef::Uint32 | TypeRef::Uint64 => "0",
        TypeRef::String => "\"\"",
        TypeRef::Bytes => "Foundation.Data()",
    })
}

/// Returns the name of a variant in the code of uniffi, which follows the name in Rust.
pub(super) fn native(name: &Name) -> String {
    keywords::swift(&name.camel().to_lower_camel_case())
}

/// Returns the name of a field in the code of uniffi.
pub(super) fn native_field(name: &Name) -> String {
    let field = keywords::uniffi_field(&name.snake());
    field.trim_start_matches("r#").to_lower_camel_case()
}

pub(super) fn class(name: &Name) -> String {
    keywords::swift_type(&name.camel())
}
