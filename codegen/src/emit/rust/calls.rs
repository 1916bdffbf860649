//! The examples of methods, as calls of the Rust client.

use std::collections::BTreeSet;

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
    let (_, code) = with_imports(&shown.collect::<Vec<_>>());
    code
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
    let mut named = Named::default();
    for call in &example.before {
        let Some(found) = model.method_of(&call.handle, &call.method) else {
            continue;
        };
        let on = match &call.on {
            None => receiver.to_owned(),
            Some(name) if name.as_written() == "client" => "parsec".to_owned(),
            Some(name) => name.rust(),
        };
        lines.extend(named.long_bytes(found, &call.arguments));
        let called = writer.call(&on, found, &call.arguments, &named);
        lines.push(format!("let {} = {called}{wait}?;", call.result.rust()));
    }
    lines.extend(named.long_bytes(method, &example.arguments));
    let called = writer.call(receiver, method, &example.arguments, &named);
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
    fn call(
        &self,
        on: &str,
        method: &Method,
        given: &[(Name, ExampleValue)],
        named: &Named,
    ) -> String {
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
                    (Some((_, value)), _) if named.variable(&argument.name, value).is_some() => {
                        named.variable(&argument.name, value).unwrap_or_default()
                    }
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
                format!("&parsec_client::Secret::from({}[..])", borrowed(value))
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
                        Some(_) => format!("{}[..]", borrowed(value)),
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
        let mut kinds = self.model.key_kinds.iter();
        let found = kinds.find(|found| found.name.kebab() == kind);
        let own = found.and_then(|found| found.name_in(Language::Rust));
        let name = own.map_or_else(|| Name::new(kind).snake(), str::to_owned);
        let call = format!("parsec_client::{name}()");
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
        out += &format!("hex!(\"{}\").to_vec()", hex::encode(decoded));
        out += rest;
    }
    out.replace("types::", "parsec_client::types::")
}

/// Returns a reference to bytes.
fn bytes(value: &ExampleValue) -> String {
    match value {
        ExampleValue::TextBytes(text) => format!("b{text:?}"),
        ExampleValue::Bytes(bytes) => {
            format!("&hex!(\"{}\")", hex::encode(bytes))
        }
        _ => "b\"\"".to_owned(),
    }
}

/// Returns the imports of code, and the code without the paths of what they import.
pub(super) fn with_imports(code: &[String]) -> (Vec<String>, Vec<String>) {
    const CRATE: &str = "parsec_client::";
    let mut names = BTreeSet::new();
    for part in code.iter().flat_map(|line| line.split(CRATE).skip(1)) {
        let end = part.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        names.insert(part[..end.unwrap_or(part.len())].to_owned());
    }
    let mut uses = Vec::new();
    if code.iter().any(|line| line.contains("hex!(")) {
        uses.push("use hex_literal::hex;".to_owned());
    }
    // rustfmt's order: modules and functions after types.
    let (lower, upper): (Vec<String>, Vec<String>) = names
        .into_iter()
        .partition(|name| name.starts_with(char::is_lowercase));
    let names: Vec<String> = upper.into_iter().chain(lower).collect();
    match names.as_slice() {
        [] => {}
        [only] => uses.push(format!("use {CRATE}{only};")),
        _ => uses.push(format!("use {CRATE}{{{}}};", names.join(", "))),
    }
    let code = code.iter().map(|line| line.replace(CRATE, ""));
    (uses, code.collect())
}

/// The variables that hold long bytes, by the arguments that they are for.
#[derive(Default)]
struct Named(Vec<(Name, ExampleValue)>);

impl Named {
    /// Returns the statements that give names to the long bytes among the arguments.
    fn long_bytes(&mut self, method: &Method, given: &[(Name, ExampleValue)]) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, value) in given {
            let mut arguments = method.arguments.iter();
            let is_bytes = arguments.any(|argument| {
                let of = match &argument.value_type {
                    ValueType::List(item) => item.as_ref(),
                    of => of,
                };
                argument.name == *name && *of == ValueType::Bytes
            });
            let is_new = self.0.iter().all(|(known, _)| known != name);
            if is_bytes && is_new && is_long(value) {
                lines.extend(definition(name, value));
                self.0.push((name.clone(), value.clone()));
            }
        }
        lines
    }

    /// Returns a reference to the variable of an argument.
    fn variable(&self, name: &Name, value: &ExampleValue) -> Option<String> {
        let mut known = self.0.iter();
        known
            .any(|known| (&known.0, &known.1) == (name, value))
            .then(|| format!("&{}", name.rust()))
    }
}

/// Whether a value is bytes, or equally long ones, that deserve a name.
fn is_long(value: &ExampleValue) -> bool {
    const LONG: usize = 16;
    match value {
        ExampleValue::Bytes(bytes) => bytes.len() >= LONG,
        ExampleValue::List(values) => {
            let lengths: BTreeSet<usize> = values
                .iter()
                .map(|value| bytes_of(value).map_or(0, <[u8]>::len))
                .collect();
            lengths.len() == 1 && values.iter().all(is_long)
        }
        _ => false,
    }
}

fn definition(name: &Name, value: &ExampleValue) -> Vec<String> {
    let owned = |value| bytes(value).trim_start_matches('&').to_owned();
    let name = name.rust();
    match value {
        ExampleValue::List(values) => {
            let items = values.iter().map(|value| format!("    {},", owned(value)));
            std::iter::once(format!("let {name} = ["))
                .chain(items)
                .chain(["];".to_owned()])
                .collect()
        }
        _ => vec![format!("let {name} = {};", owned(value))],
    }
}

/// Returns bytes that can be sliced.
fn borrowed(value: &ExampleValue) -> String {
    match value {
        ExampleValue::Bytes(_) => bytes(value),
        _ => format!("&{}", bytes(value)),
    }
}
