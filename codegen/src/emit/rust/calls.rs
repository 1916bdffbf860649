//! The examples of methods, as calls of the Rust client.

use super::literals::value_code;
use super::names::{arguments, is_copy};
use crate::model::{
    ExampleValue, Gives, Handle, HandleForm, Language, Method, MethodExample, Model, Name, TypeRef,
    Value, ValueType,
};

/// The call of an example for readers, who know the crate and do without its name.
pub(in crate::emit) fn call_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
) -> Vec<String> {
    let lines = visible_lines(model, handle, method, example, false);
    let shown = lines.into_iter().filter(|line| !line.starts_with("# "));
    shown
        .map(|line| line.replace("parsec_client::", ""))
        .collect()
}

/// Returns the visible lines.
pub(super) fn visible_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
    blocking: bool,
) -> Vec<String> {
    let wait = if blocking { "" } else { ".await" };
    let writer = Writer { model };
    let mut lines = Vec::new();
    let receiver = match handle.form {
        HandleForm::Client => "parsec",
        HandleForm::Administrator => "parsec.admin()",
        HandleForm::Key | HandleForm::Stream => "key",
    };
    if handle.form == HandleForm::Key {
        let kind = handle
            .example_key
            .as_ref()
            .map_or("ecdsa-p256", Name::as_written);
        let spec = writer.kind(kind, false);
        let open = match handle.role.as_ref().map(Name::as_written) {
            None => ".key()",
            _ => "",
        };
        lines.push(format!(
            "let key = parsec.generate(\"web\", {spec}){wait}?{open};"
        ));
    }
    for call in &example.before {
        let Some(found) = model.method_of(&call.handle, &call.method) else {
            continue;
        };
        let on = match &call.on {
            None => receiver.to_owned(),
            Some(name) if name.as_written() == "client" => "parsec".to_owned(),
            Some(name) => name.rust(),
        };
        let called = writer.call(&on, found, &call.arguments);
        lines.push(format!("let {} = {called}{wait}?;", call.result.rust()));
    }
    let called = writer.call(receiver, method, &example.arguments);
    match &method.returns {
        None => lines.push(format!("{called}{wait}?;")),
        Some(_) => {
            let result = result_name(method);
            lines.push(format!("let {result} = {called}{wait}?;"));
            lines.extend(writer.gives(example, method, &result));
        }
    }
    lines
}

/// Returns the name of the variable for the result.
fn result_name(method: &Method) -> String {
    match method.returns {
        Some(ValueType::Signature) => "signature".to_owned(),
        Some(ValueType::KeyOfSpec | ValueType::Key | ValueType::SelfHandle) => "made".to_owned(),
        _ => "result".to_owned(),
    }
}

struct Writer<'a> {
    model: &'a Model,
}

impl Writer<'_> {
    fn call(&self, on: &str, method: &Method, given: &[(Name, ExampleValue)]) -> String {
        let value_of = |name: &Name| given.iter().find(|(given, _)| given == name);
        let some_optional = method
            .arguments
            .iter()
            .any(|argument| argument.optional.is_some() && value_of(&argument.name).is_some());
        let with = method.rust_with.is_some() && some_optional;
        let name = match &method.rust_with {
            Some(name) if with => name.clone(),
            _ => method.name_in(Language::Rust),
        };
        let arguments: Vec<String> = arguments(method, with)
            .into_iter()
            .map(|argument| {
                let optional = argument.optional.is_some() && method.rust_with.is_none();
                match (value_of(&argument.name), &argument.value_type) {
                    (Some((_, value)), of) if optional => match of {
                        ValueType::Flag | ValueType::Bytes | ValueType::List(_) => {
                            self.value(of, value)
                        }
                        _ => format!("Some({})", self.value(of, value)),
                    },
                    (Some((_, value)), of) => self.value(of, value),
                    (None, ValueType::Flag) => "false".to_owned(),
                    (None, ValueType::Bytes | ValueType::List(_)) => "&[]".to_owned(),
                    (None, _) => "None".to_owned(),
                }
            })
            .collect();
        format!("{on}.{name}({})", arguments.join(", "))
    }

    fn value(&self, of: &ValueType, value: &ExampleValue) -> String {
        match (of, value) {
            (ValueType::Secret, ExampleValue::Result(name)) => {
                format!("&parsec_client::Secret::from({}.as_slice())", name.rust())
            }
            (_, ExampleValue::Result(name)) => format!("&{}", name.rust()),
            (ValueType::Secret, _) => {
                format!("&parsec_client::Secret::from(&{}[..])", bytes(value))
            }
            (_, ExampleValue::TextBytes(_) | ExampleValue::Bytes(_)) => bytes(value),
            (ValueType::Hash, ExampleValue::Text(name)) => {
                format!("parsec_client::Hash::{}", Name::new(name).camel())
            }
            (ValueType::Provider, ExampleValue::Text(name)) => {
                format!("parsec_client::ProviderId::{}", self.provider(name))
            }
            (_, ExampleValue::Text(text)) => format!("{text:?}"),
            (_, ExampleValue::Number(number)) => number.to_string(),
            (_, ExampleValue::Flag(flag)) => flag.to_string(),
            (_, ExampleValue::Kind { kind, exportable }) => {
                self.kind(kind.as_written(), *exportable)
            }
            (ValueType::List(item), ExampleValue::List(values)) => {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| match bytes_of(value) {
                        // Slices, because elements of different lengths need one type.
                        Some(_) => format!("&{}[..]", bytes(value)),
                        None => self.value(item, value),
                    })
                    .collect();
                format!("&[{}]", values.join(", "))
            }
            (_, ExampleValue::Value(value)) => self.contract_value(value),
            (_, ExampleValue::List(_)) => String::new(),
        }
    }

    fn provider(&self, name: &str) -> String {
        let found = self
            .model
            .providers
            .iter()
            .find(|p| p.name.as_written() == name);
        found.map_or_else(|| Name::new(name).camel(), |found| found.name.camel())
    }

    fn contract_value(&self, value: &Value) -> String {
        let code = byte_strings(&value_code(self.model, value));
        match value {
            Value::Struct(..) => format!("&{code}"),
            Value::Union(name, ..) => {
                let type_ref = TypeRef::Named(name.clone());
                match is_copy(self.model, &type_ref) {
                    true => code,
                    false => format!("&{code}"),
                }
            }
            _ => code,
        }
    }

    fn kind(&self, kind: &str, exportable: bool) -> String {
        let name = Name::new(kind).snake();
        let call = match kind {
            "hmac" => format!("parsec_client::{name}(parsec_client::Hash::Sha256)"),
            _ => format!("parsec_client::{name}()"),
        };
        match exportable {
            true => format!("{call}.exportable()"),
            false => call,
        }
    }

    fn gives(&self, example: &MethodExample, method: &Method, result: &str) -> Vec<String> {
        match (&example.gives, &method.returns) {
            (Some(Gives::Length(length)), _) => {
                vec![format!("assert_eq!({result}.len(), {length});")]
            }
            (Some(Gives::Value(value)), Some(ValueType::Bytes | ValueType::Secret)) => {
                vec![format!(
                    "assert_eq!({result}.as_slice(), {});",
                    bytes(value)
                )]
            }
            (Some(Gives::Value(ExampleValue::List(values))), Some(ValueType::List(item))) => {
                let values: Vec<String> =
                    values.iter().map(|value| self.value(item, value)).collect();
                vec![format!("assert_eq!({result}, [{}]);", values.join(", "))]
            }
            (Some(Gives::Value(ExampleValue::Flag(true))), _) => {
                vec![format!("assert!({result});")]
            }
            (Some(Gives::Value(value)), Some(of)) => {
                vec![format!("assert_eq!({result}, {});", self.value(of, value))]
            }
            _ => vec![format!("# let _ = {result};")],
        }
    }
}

fn bytes_of(value: &ExampleValue) -> Option<&[u8]> {
    match value {
        ExampleValue::TextBytes(text) => Some(text.as_bytes()),
        ExampleValue::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// Replaces calls of a test function in Rust code with literals of bytes.
fn byte_strings(code: &str) -> String {
    const CALL: &str = "bytes(\"";
    let mut parts = code.split(CALL);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once("\")").unwrap_or((part, ""));
        let decoded = hex::decode(digits).unwrap_or_default();
        out += &bytes(&ExampleValue::Bytes(decoded));
        out += ".to_vec()";
        out += rest;
    }
    out.replace("types::", "parsec_client::types::")
}

/// Returns a byte string.
fn bytes(value: &ExampleValue) -> String {
    match value {
        ExampleValue::TextBytes(text) => format!("b{text:?}"),
        ExampleValue::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
            format!("b\"{digits}\"")
        }
        _ => "b\"\"".to_owned(),
    }
}
