//! The documentation of Kotlin's classes (KDoc), from the texts of the contracts.

use super::calls::call_lines;
use super::names::{argument_name, class};
use crate::emit::text::{lower_first, wrap};
use crate::model::{Handle, Language, Method, Model, ValueType};

/// The longest line of a comment within a class.
const WIDTH: usize = 120 - 4 - 3;

/// The documentation of a class.
pub(super) fn class_doc(model: &Model, handle: &Handle, is_abstract: bool) -> Vec<String> {
    let text = |text: &str| wrap(&linked(model, handle, None, text), WIDTH + 4);
    if is_abstract {
        let class = class(handle);
        return text(&format!("The generated methods of [{class}]."));
    }
    let mut lines = text(&handle.summary);
    if let Some(more) = &handle.doc {
        lines.push(String::new());
        lines.extend(text(more));
    }
    let example = handle.methods.iter().find_map(|method| {
        let example = method.example.as_ref()?;
        let runs = example.not_run.is_none() && example.provider.is_none();
        runs.then(|| call_lines(model, handle, method, example))
    });
    lines.extend(code(&example.unwrap_or_default()));
    lines
}

/// The documentation of a method.
pub(super) fn method_doc(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &[String],
) -> Vec<String> {
    let text = |text: &str| linked(model, handle, Some(method), text);
    let mut lines = wrap(&text(&method.summary), WIDTH);
    if let Some(more) = &method.doc {
        lines.push(String::new());
        lines.extend(wrap(&text(more), WIDTH));
    }
    lines.extend(code(example));
    let mut tags = Vec::new();
    for argument in method.arguments_in(Language::Kotlin) {
        let default = argument
            .optional
            .as_ref()
            .map(|default| format!("; the default is {}", text(default)));
        let name = argument_name(argument);
        tags.push(format!(
            "@param {name} {}{}",
            lower_first(text(&argument.doc).trim_end_matches('.')),
            default.unwrap_or_default()
        ));
    }
    if let Some(returned) = &method.returns_doc {
        let form = match method.returns {
            Some(ValueType::Signature) => ", in DER for ECDSA",
            _ => "",
        };
        let returned = text(returned);
        tags.push(format!(
            "@return {}{form}",
            lower_first(returned.trim_end_matches('.'))
        ));
    }
    if method.verdict {
        let when = method
            .errors
            .iter()
            .find(|(kind, _)| kind.kebab() == "invalid-signature");
        let when = when.map_or("it does not match", |(_, when)| when);
        tags.push(format!(
            "@return `false` if {}",
            lower_first(text(when).trim_end_matches('.'))
        ));
    }
    for (kind, when) in &method.errors {
        if method.verdict && kind.kebab() == "invalid-signature" {
            continue;
        }
        let when = text(when);
        tags.push(format!(
            "@throws ParsecException.{} if {}",
            kind.camel(),
            lower_first(when.trim_end_matches('.'))
        ));
    }
    if !tags.is_empty() {
        lines.push(String::new());
    }
    for tag in tags {
        let mut wrapped = wrap(&tag, WIDTH - 2).into_iter();
        lines.extend(wrapped.next());
        lines.extend(wrapped.map(|line| format!("  {line}")));
    }
    lines
}

/// An example as a block of code, after an empty line.
fn code(example: &[String]) -> Vec<String> {
    if example.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "```".to_owned()];
    lines.extend(example.iter().cloned());
    lines.push("```".to_owned());
    lines
}

/// The text with links instead of the names of methods, arguments and kinds of errors in
/// backticks.
fn linked(model: &Model, handle: &Handle, method: Option<&Method>, text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| match index % 2 {
        0 => part.to_owned(),
        _ => link(model, handle, method, part).unwrap_or_else(|| format!("`{part}`")),
    });
    parts.collect()
}

fn link(model: &Model, handle: &Handle, method: Option<&Method>, name: &str) -> Option<String> {
    let arguments = method.into_iter().flat_map(|method| &method.arguments);
    let mut own_arguments = arguments.filter(|argument| argument.name.as_written() == name);
    if let Some(argument) = own_arguments.next() {
        return Some(format!("[{}]", argument_name(argument)));
    }
    if model.kinds.iter().any(|kind| kind.name.kebab() == name) {
        let kind = crate::model::Name::new(name).camel();
        return Some(format!("[ParsecException.{kind}]"));
    }
    let found = |method: &&Method| {
        method.name.as_written() == name && method.missing_in(Language::Kotlin).is_none()
    };
    if let Some(method) = model.methods_of(handle).into_iter().find(found) {
        return Some(format!("[{}]", method.name_in(Language::Kotlin)));
    }
    model.handles.iter().find_map(|other| {
        let method = other.methods.iter().find(found)?;
        Some(format!(
            "[{}.{}]",
            class(other),
            method.name_in(Language::Kotlin)
        ))
    })
}
