//! The examples of methods, as calls of the Node client.

use super::names::{named, positional};
use crate::model::{
    Argument, ExampleValue, Handle, HandleForm, Language, Method, MethodExample, Model, Name,
    Payload, Value, ValueType,
};

/// The width of lines.
const WIDTH: usize = 92;

/// The example of a method as statements: the key, the calls before it and the call.
pub(in crate::emit) fn call_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
) -> Vec<String> {
    let mut lines = Vec::new();
    let receiver = match handle.form {
        HandleForm::Client => "parsec",
        HandleForm::Administrator => "parsec.admin",
        HandleForm::Key | HandleForm::Stream => "key",
    };
    if handle.form == HandleForm::Key {
        let kind = handle.example_key.as_ref().map(|kind| title(model, kind));
        let kind = kind.unwrap_or_default();
        lines.push(format!(
            "const key = await parsec.generate('web', {{ algorithm: '{kind}' }})"
        ));
    }
    for (at, call) in example.before.iter().enumerate() {
        let Some(found) = model.method_of(&call.handle, &call.method) else {
            continue;
        };
        let on = match &call.on {
            None => receiver.to_owned(),
            Some(name) if name.as_written() == "client" => "parsec".to_owned(),
            Some(name) => variable(name),
        };
        let called = self::call(model, &on, found, &call.arguments);
        lines.push(match example.uses_result_of(at) {
            true => format!("const {} = await {called}", variable(&call.result)),
            false => format!("await {called}"),
        });
    }
    let called = call(model, receiver, method, &example.arguments);
    lines.push(match result_name(method) {
        Some(result) => format!("const {result} = await {called}"),
        None => format!("await {called}"),
    });
    split(lines)
}

/// Statements as lines.
pub(super) fn split(statements: Vec<String>) -> Vec<String> {
    let lines = statements.iter().flat_map(|statement| statement.lines());
    lines.map(str::to_owned).collect()
}

/// The variable of an earlier result.
fn variable(name: &Name) -> String {
    match name.lower_camel().as_str() {
        "public" => "publicKey".to_owned(),
        free => free.to_owned(),
    }
}

/// The variable that holds the result of a method, if there is one.
pub(super) fn result_name(method: &Method) -> Option<String> {
    let Some(returned) = &method.returns else {
        return method.verdict.then(|| "valid".to_owned());
    };
    let name = match returned {
        ValueType::Signature => "signature",
        ValueType::List(item) if **item == ValueType::Signature => "signatures",
        ValueType::KeyOfSpec | ValueType::SelfHandle | ValueType::Handle(_) | ValueType::Key => {
            "made"
        }
        ValueType::Csr => "csr",
        ValueType::List(_) if method.arguments.is_empty() => {
            return Some(method.name.lower_camel());
        }
        _ => "result",
    };
    Some(name.to_owned())
}

/// The call of a method with those arguments.
fn call(model: &Model, on: &str, method: &Method, given: &[(Name, ExampleValue)]) -> String {
    let value_of = |argument: &Argument| {
        let found = given.iter().find(|(name, _)| *name == argument.name);
        found.map(|(_, value)| value)
    };
    let mut arguments: Vec<String> = positional(method)
        .into_iter()
        .filter_map(|argument| Some(value(model, &argument.value_type, value_of(argument)?)))
        .collect();
    let mut options = Vec::new();
    let spec = given.iter().find_map(|(_, value)| match value {
        ExampleValue::Kind { kind, exportable } => Some((kind, *exportable)),
        _ => None,
    });
    if let Some((kind, exportable)) = spec {
        options.push(format!("algorithm: '{}'", title(model, kind)));
        if exportable {
            options.push("exportable: true".to_owned());
        }
    }
    for argument in named(method) {
        if let Some(given) = value_of(argument) {
            let name = argument.name_in(Language::Node).lower_camel();
            options.push(format!(
                "{name}: {}",
                value(model, &argument.value_type, given)
            ));
        }
    }
    if !options.is_empty() {
        arguments.push(format!("{{ {} }}", options.join(", ")));
    }
    let name = method.name_in(Language::Node);
    let line = format!("{on}.{name}({})", arguments.join(", "));
    if line.len() <= WIDTH || line.contains('\n') {
        return line;
    }
    if !options.is_empty() {
        arguments.pop();
        let before = arguments.iter().map(|one| format!("{one}, "));
        let before: String = before.collect();
        // After another object, an object stands on a line of its own.
        let follows_object = arguments.last().is_some_and(|last| last.starts_with('{'));
        if !follows_object && before.len() + on.len() + name.len() < WIDTH {
            let options: Vec<String> = options.iter().map(|one| format!("  {one},\n")).collect();
            return format!("{on}.{name}({before}{{\n{}}})", options.concat());
        }
        arguments.push(format!("{{ {} }}", options.join(", ")));
    }
    let arguments: Vec<String> = arguments.iter().map(|one| format!("  {one},\n")).collect();
    format!("{on}.{name}(\n{})", arguments.concat())
}

pub(super) fn value(model: &Model, of: &ValueType, value: &ExampleValue) -> String {
    match (of, value) {
        (_, ExampleValue::Result(name)) => variable(name),
        (_, ExampleValue::TextBytes(text)) => format!("Buffer.from({})", quoted(text)),
        (_, ExampleValue::Bytes(bytes)) => bytes_of(bytes),
        (ValueType::Hash, ExampleValue::Text(name)) => quoted(&name.to_uppercase()),
        (_, ExampleValue::Text(text)) => quoted(text),
        (_, ExampleValue::Number(number)) => number.to_string(),
        (_, ExampleValue::Flag(flag)) => flag.to_string(),
        (ValueType::List(item), ExampleValue::List(values)) => {
            let values: Vec<String> = values
                .iter()
                .map(|value| self::value(model, item, value))
                .collect();
            list(&values)
        }
        (_, ExampleValue::Value(value)) => contract_value(model, value),
        (_, ExampleValue::Kind { kind, .. }) => {
            format!("{{ algorithm: '{}' }}", title(model, kind))
        }
        (_, ExampleValue::List(_)) => "[]".to_owned(),
    }
}

fn list(values: &[String]) -> String {
    let line = format!("[{}]", values.join(", "));
    if line.len() <= WIDTH / 2 {
        return line;
    }
    let values: Vec<String> = values.iter().map(|one| format!("  {one},\n")).collect();
    format!("[\n{}]", values.concat())
}

fn bytes_of(bytes: &[u8]) -> String {
    format!("Buffer.from('{}', 'hex')", hex::encode(bytes))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The name of a kind of key in JavaScript.
pub(super) fn title<'a>(model: &'a Model, kind: &Name) -> &'a str {
    let found = model.key_kinds.iter().find(|known| known.name == *kind);
    found.map_or("", |found| found.title.as_str())
}

/// A value of a contract's type.
fn contract_value(model: &Model, value: &Value) -> String {
    let fields = |fields: &[(Name, Value)]| {
        let fields: Vec<String> = fields
            .iter()
            .filter(|(_, value)| !matches!(value, Value::Missing))
            .map(|(name, value)| {
                format!("{}: {}", name.lower_camel(), contract_value(model, value))
            })
            .collect();
        format!("{{ {} }}", fields.join(", "))
    };
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Bytes(bytes) => bytes_of(&bytes.bytes),
        Value::Enum(_, name, _) => quoted(&name.kebab()),
        Value::Struct(_, held) => fields(held),
        Value::Union(union, chosen, held) => {
            let tag = quoted(&chosen.kebab());
            match (&model.variant(union, chosen).payload, held.as_slice()) {
                (Payload::Empty, _) => tag,
                (Payload::Value(_), [(_, value)]) => {
                    format!("{{ {tag}: {} }}", contract_value(model, value))
                }
                _ => format!("{{ {tag}: {} }}", fields(held)),
            }
        }
        Value::Repeated(values) => {
            let values: Vec<String> = values
                .iter()
                .map(|value| contract_value(model, value))
                .collect();
            list(&values)
        }
        Value::Missing => "undefined".to_owned(),
    }
}
