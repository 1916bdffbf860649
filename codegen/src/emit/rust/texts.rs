//! The documentation of the Rust client's methods, from the texts of the contracts.

use super::examples::example_lines;
use super::names::{arguments, class};
use crate::emit::text::lower_first;
use crate::model::{Handle, Language, Method, Model};

/// The maximum width of a line of documentation.
const WIDTH: usize = 92;

pub(super) fn method_doc(
    model: &Model,
    handle: &Handle,
    method: &Method,
    blocking: bool,
    with: bool,
) -> Vec<String> {
    let mut doc = Vec::new();
    if with {
        let named: Vec<String> = method
            .arguments
            .iter()
            .filter(|argument| argument.optional.is_some())
            .map(|argument| format!("`{}`", argument.name.snake()))
            .collect();
        doc.push(format!(
            "As [`{}::{}`], with {}.",
            class(handle),
            method.name_in(Language::Rust),
            named.join(" and "),
        ));
    } else {
        doc.extend(paragraphs(&method.summary));
        if let Some(more) = &method.doc {
            doc.push(String::new());
            doc.extend(paragraphs(more));
        }
        if let Some(returned) = &method.returns_doc {
            doc.push(String::new());
            doc.extend(wrapped(&format!("Returns {}", lower_first(returned))));
        }
    }
    let arguments = arguments(method, with);
    if !arguments.is_empty() {
        doc.push(String::new());
        for argument in arguments {
            let default = match (&argument.optional, with) {
                (Some(default), false) => format!(" Without it: {default}."),
                _ => String::new(),
            };
            doc.push(format!(
                "- `{}`: {}{default}",
                argument.name.snake(),
                argument.doc
            ));
        }
    }
    doc.push(String::new());
    doc.push("# Errors".to_owned());
    doc.push(String::new());
    for (kind, when) in &method.errors {
        let kind = kind.camel();
        doc.push(format!(
            "- [`ErrorKind::{kind}`](crate::ErrorKind::{kind}): {when}"
        ));
    }
    if method.errors.is_empty() {
        doc.push("If the service cannot be reached or rejects the request.".to_owned());
    }
    // Handles that include this one need not show its examples again.
    let is_own = handle.methods.iter().any(|own| own.name == method.name);
    if is_own && !with {
        let lines = example_lines(model, handle, method, blocking);
        if !lines.is_empty() {
            doc.extend([String::new(), "# Examples".to_owned(), String::new()]);
            doc.extend(lines);
        }
    }
    doc
}

/// Wraps each paragraph.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim().split("\n\n") {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(paragraph));
    }
    lines
}

/// Wraps a paragraph, or an item of a list.
pub(super) fn wrapped(text: &str) -> Vec<String> {
    let indent = if text.starts_with("- ") { "  " } else { "" };
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{indent}{word}"));
        } else {
            if !line.trim().is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
