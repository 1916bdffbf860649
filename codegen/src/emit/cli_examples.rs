//! The examples of methods, as shell commands.

use super::cli_paths::command_path;
use crate::model::{
    ExampleValue, Handle, Language, Method, MethodExample, Model, Name, Value, ValueType,
};

/// Returns the shell commands of an example. Empty if a call has no generated subcommand.
pub(super) fn call_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
) -> Vec<String> {
    if !example.cli.is_empty() {
        return example.cli.clone();
    }
    if !method.is_generated_in(Language::Cli) {
        return Vec::new();
    }
    let mut lines = Vec::new();
    if handle.is_key() {
        let kind = handle
            .example_key
            .as_ref()
            .map_or("ecdsa-p256", Name::as_written);
        lines.push(format!("parsec key create web --type {kind}"));
    }
    for call in &example.before {
        let Some(found) = model.method_of(&call.handle, &call.method) else {
            return Vec::new();
        };
        if !found.is_generated_in(Language::Cli) || call.on.is_some() {
            return Vec::new();
        }
        let on = model.handle_named(&call.handle);
        let line = command(model, on, found, &call.arguments);
        lines.push(format!("{}=$({line})", call.result.snake()));
    }
    lines.push(command(model, handle, method, &example.arguments));
    lines
}

fn command(
    model: &Model,
    handle: &Handle,
    method: &Method,
    given: &[(Name, ExampleValue)],
) -> String {
    let mut words = vec!["parsec".to_owned(), command_path(handle, method)];
    if handle.is_key() {
        words.push("web".to_owned());
    }
    let last = method
        .arguments
        .iter()
        .rposition(|argument| argument.optional.is_none() && !argument.file);
    let mut options = Vec::new();
    let mut input = String::new();
    for (index, argument) in method.arguments.iter().enumerate() {
        let Some((_, value)) = given.iter().find(|(name, _)| *name == argument.name) else {
            continue;
        };
        if argument.file {
            input = format!("printf {} | ", piped(model, value));
            continue;
        }
        let is_list = matches!(argument.value_type, ValueType::List(_));
        let is_option = argument.is_optional_in(Language::Cli)
            || argument.is_named_in(Language::Cli)
            || (is_list && Some(index) != last);
        let word = word(model, value, if is_option { "," } else { " " });
        let name = argument.name_in(Language::Cli).kebab();
        match (&argument.value_type, is_option) {
            (ValueType::Spec, _) => options.push(format!("--type {word}")),
            (ValueType::Flag, _) => options.push(format!("--{name}")),
            (_, true) => options.push(format!("--{name} {word}")),
            (_, false) => words.push(word),
        }
    }
    words.extend(options);
    input + &words.join(" ")
}

/// Returns whether a shell needs no quotes for a text.
fn is_plain(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    !text.is_empty() && text.chars().all(is_plain)
}

/// Returns bytes for `printf`, which writes them to the standard input of a command.
fn piped(model: &Model, value: &ExampleValue) -> String {
    match value {
        ExampleValue::TextBytes(text) => format!("'{text}'"),
        ExampleValue::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
            format!("'{digits}'")
        }
        other => word(model, other, " "),
    }
}

/// Returns a value in the syntax of the shell.
fn word(model: &Model, value: &ExampleValue, between: &str) -> String {
    match value {
        ExampleValue::Result(name) if between == "," => {
            format!("\"$(echo ${} | tr ' ' ,)\"", name.snake())
        }
        ExampleValue::Result(name) => format!("${}", name.snake()),
        ExampleValue::TextBytes(text) => hex::encode(text),
        ExampleValue::Bytes(bytes) => hex::encode(bytes),
        ExampleValue::Text(text) if is_plain(text) => text.clone(),
        ExampleValue::Text(text) => format!("'{text}'"),
        ExampleValue::Number(number) => number.to_string(),
        ExampleValue::Flag(flag) => flag.to_string(),
        ExampleValue::Kind { kind, .. } => kind.kebab(),
        ExampleValue::List(values) => {
            let words: Vec<String> = values.iter().map(|v| word(model, v, between)).collect();
            words.join(between)
        }
        ExampleValue::Value(value) => format!("'{}'", json(model, value)),
    }
}

fn json(model: &Model, value: &Value) -> String {
    super::vectors::written(model, value).to_string()
}
