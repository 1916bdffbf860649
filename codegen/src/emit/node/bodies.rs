//! The statements of the Node client's methods: checks of the arguments, then the call of the binding.

use super::names::{
    WIDTH, function_name, has_spec, label, named, parameter, positional, streams, takes_attributes,
};
use super::values::{check, least, result};
use crate::model::{Argument, Handle, HandleForm, Language, Method, Model, ValueType};

/// The statements of a method: checks, then the call.
pub(super) fn body(model: &Model, handle: &Handle, method: &Method) -> Vec<String> {
    let mut lines = checks(model, method);
    let name = method.name_in(Language::Node);
    let given: Vec<String> = method
        .arguments
        .iter()
        .map(|argument| match argument.value_type {
            ValueType::Spec => "spec".to_owned(),
            _ => checked_name(method, argument),
        })
        .chain(["call".to_owned()])
        .collect();
    let function = function_name(handle, method).lower_camel();
    let start = format!("(native, call) => native.{function}({})", given.join(", "));
    // Events of the call name the key.
    let mut names = method.arguments.iter();
    let key = match handle.form {
        HandleForm::Client => names.find(|argument| argument.value_type == ValueType::KeyName),
        _ => None,
    };
    let parts: Vec<String> = [format!("'{name}'"), "options".to_owned(), start]
        .into_iter()
        .chain(key.map(parameter))
        .collect();
    let called = format!("this.calls.run({})", parts.join(", "));
    let returned = |value: &str| result(model, method, value, takes_attributes(method));
    let line = returned(&called);
    if line.len() + 4 <= WIDTH {
        lines.push(line);
        return lines;
    }
    let is_unwrapped = returned("").contains("(await ");
    let in_one_line = format!("const answer = await {called}");
    let called = match key {
        _ if is_unwrapped && in_one_line.len() + 4 <= WIDTH => called,
        None => format!(
            "this.calls.run('{name}', options, (native, call) =>\n      native.{function}({}),\n    )",
            given.join(", ")
        ),
        Some(_) => {
            let parts: Vec<String> = parts.iter().map(|one| format!("      {one},\n")).collect();
            format!("this.calls.run(\n{}    )", parts.concat())
        }
    };
    if is_unwrapped {
        lines.push(format!("const answer = await {called}"));
        lines.push(returned("answer").replace("await answer", "answer"));
    } else {
        lines.push(returned(&called));
    }
    lines
}

/// The name of the checked value of an argument.
fn checked_name(method: &Method, argument: &Argument) -> String {
    let (_, suffix) = check(method, argument);
    format!("{}{}", parameter(argument), suffix.unwrap_or_default())
}

fn checks(model: &Model, method: &Method) -> Vec<String> {
    let mut lines = Vec::new();
    let own: Vec<String> = named(method).into_iter().map(parameter).collect();
    let quoted: Vec<String> = own.iter().map(|name| format!("'{name}'")).collect();
    if has_spec(method) {
        let known = match quoted.is_empty() {
            true => String::new(),
            false => format!(", [{}]", quoted.join(", ")),
        };
        lines.push(format!("const spec = nativeSpec(options{known})"));
    } else {
        let all = if streams(method) {
            "STREAM_OPTIONS"
        } else {
            "CALL_OPTIONS"
        };
        let known = match quoted.is_empty() {
            true => all.to_owned(),
            false => format!("[{}, ...{all}]", quoted.join(", ")),
        };
        lines.push(format!("checkOptions(options, {known})"));
    }
    if !own.is_empty() {
        lines.push(format!("const {{ {} }} = options", own.join(", ")));
    }
    let arguments = positional(method).into_iter().chain(named(method));
    let (source, plain): (Vec<_>, Vec<_>) = arguments.partition(|argument| argument.stream);
    for argument in plain.into_iter().chain(source) {
        if argument.stream {
            lines.push(source_line(method, argument));
        }
        lines.push(check_line(model, method, argument));
    }
    lines
}

/// Data in pieces is for a function by hand.
fn source_line(method: &Method, argument: &Argument) -> String {
    let source = parameter(argument);
    let given: Vec<String> = positional(method)
        .into_iter()
        .map(|other| match other.stream {
            true => parameter(other),
            false => checked_name(method, other),
        })
        .collect();
    let function = format!("{}Source", method.name_in(Language::Node));
    let call = format!("{function}(this.calls, {}, options)", given.join(", "));
    match method.returns.is_some() {
        true => format!("if (isSource({source})) return await {call}"),
        false => format!("if (isSource({source})) {{\n      await {call}\n      return\n    }}"),
    }
}

fn check_line(model: &Model, method: &Method, argument: &Argument) -> String {
    let name = parameter(argument);
    let label = label(argument);
    let (function, suffix) = check(method, argument);
    let optional = argument.is_optional_in(Language::Node);
    let value = match (optional, least(model, method, argument)) {
        (true, _) if argument.optional.is_none() => {
            let default = default_value(argument);
            format!("{function}({name} ?? {default}, '{label}')")
        }
        (true, _) => format!("optional({name}, '{label}', {function})"),
        (false, Some(least)) => format!("{function}({name}, '{label}', {least})"),
        (false, None) => format!("{function}({name}, '{label}')"),
    };
    match suffix {
        Some(suffix) => format!("const {name}{suffix} = {value}"),
        None => value,
    }
}

/// The value of an argument that callers may omit, though others must give it.
fn default_value(argument: &Argument) -> String {
    let written = argument.default_in(Language::Node).unwrap_or_default();
    match (&argument.value_type, written) {
        (ValueType::Bytes | ValueType::Secret, "") => "new Uint8Array()".to_owned(),
        (ValueType::Bytes | ValueType::Secret, text) => format!("Buffer.from('{text}')"),
        (ValueType::Hash, name) => format!("'{}'", name.to_uppercase()),
        (_, text) => format!("'{text}'"),
    }
}
