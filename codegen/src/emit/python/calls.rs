//! The examples of methods, as calls of the Python client.

use super::layout::{Code, lines};
use super::names::{Flavour, argument_name};
use super::values::{spec_constant, split};
use crate::model::{
    ExampleValue, Gives, Handle, HandleForm, Language, Method, MethodExample, Model, Name, Payload,
    Value, ValueType,
};

/// The example of a method as lines of code for the blocking client, which a variable `client` holds.
pub(in crate::emit) fn call_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
) -> Vec<String> {
    code(model, handle, method, example, Flavour::Blocking, 0)
}

/// The example of a method, for a place that is indented by so many columns.
pub(super) fn example_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    flavour: Flavour,
    indent: usize,
) -> Vec<String> {
    match &method.example {
        Some(example) if method.missing_in(Language::Python).is_none() => {
            code(model, handle, method, example, flavour, indent)
        }
        _ => Vec::new(),
    }
}

fn code(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
    flavour: Flavour,
    indent: usize,
) -> Vec<String> {
    let statements = statements(model, handle, method, example, flavour);
    laid_out(&statements, indent, Results::All)
}

/// A statement, and the variable that it sets.
type Statement = (Option<String>, Code);

/// Which results are assigned to a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Results {
    /// All, because a console prints a result that is not assigned.
    All,
    /// Those that a later statement uses.
    UsedOnly,
}

/// The name of the variable that holds the result.
fn result_name(of: &ValueType) -> &'static str {
    match of {
        ValueType::Signature => "signature",
        ValueType::KeyOfSpec | ValueType::Key | ValueType::Handle(_) => "new_key",
        _ => "result",
    }
}

struct Writer<'a> {
    model: &'a Model,
}

impl Writer<'_> {
    fn call(&self, on: &str, method: &Method, given: &[(Name, ExampleValue)]) -> Code {
        let (placed, named) = split(method);
        let mut is_by_name = false;
        let arguments = placed.into_iter().chain(named).filter_map(|argument| {
            let Some((_, value)) = given.iter().find(|(name, _)| *name == argument.name) else {
                // Arguments after an omitted one need their names.
                is_by_name = true;
                return None;
            };
            let value = self.value(&argument.value_type, value);
            Some(match argument.named || is_by_name {
                true => value.after(&format!("{}=", argument_name(argument))),
                false => value,
            })
        });
        let arguments: Vec<Code> = arguments.collect();
        Code::call(
            &format!("{on}.{}", method.name_in(Language::Python)),
            arguments,
        )
    }

    fn value(&self, of: &ValueType, value: &ExampleValue) -> Code {
        match (of, value) {
            (_, ExampleValue::Result(name)) => Code::text(name.snake()),
            (_, ExampleValue::TextBytes(text)) => Code::text(format!("b{text:?}")),
            (_, ExampleValue::Bytes(bytes)) => self::bytes(bytes),
            (ValueType::Hash, ExampleValue::Text(name)) => {
                Code::text(format!("parsec.Hash.{}", Name::new(name).shouty()))
            }
            (ValueType::Provider, ExampleValue::Text(name)) => {
                Code::text(format!("parsec.Provider.{}", Name::new(name).shouty()))
            }
            (_, ExampleValue::Text(text)) => Code::text(format!("{text:?}")),
            (_, ExampleValue::Number(number)) => Code::text(number.to_string()),
            (_, ExampleValue::Flag(flag)) => Code::text(if *flag { "True" } else { "False" }),
            (_, ExampleValue::Kind { kind, exportable }) => {
                Code::text(self.kind(kind.as_written(), *exportable))
            }
            (_, ExampleValue::Value(value)) => self.contract_value(value),
            (of, ExampleValue::List(values)) => {
                let item = match of {
                    ValueType::List(item) => item,
                    other => other,
                };
                let values = values.iter().map(|value| self.value(item, value));
                Code::Group("[".to_owned(), values.collect(), "]")
            }
        }
    }

    fn kind(&self, kind: &str, exportable: bool) -> String {
        let constant = format!("parsec.{}", spec_constant(self.model, kind));
        match exportable {
            true => format!("{constant}.with_options(exportable=True)"),
            false => constant,
        }
    }

    /// A value of a contract's type, as plain data.
    fn contract_value(&self, value: &Value) -> Code {
        let held = |held: &[(Name, Value)]| {
            let entries = held.iter().filter(|(_, value)| *value != Value::Missing);
            let entries = entries.map(|(name, value)| {
                self.contract_value(value)
                    .after(&format!("\"{}\": ", name.snake()))
            });
            Code::Group("{".to_owned(), entries.collect(), "}")
        };
        match value {
            Value::Missing => Code::text("None"),
            Value::Bool(flag) => Code::text(if *flag { "True" } else { "False" }),
            Value::Number(number) => Code::text(number.to_string()),
            Value::String(text) => Code::text(format!("{text:?}")),
            Value::Bytes(found) => bytes(&found.bytes),
            Value::Enum(_, name, _) => Code::text(format!("\"{}\"", name.kebab())),
            Value::Struct(_, fields) => held(fields),
            Value::Union(of, chosen, fields) => {
                let inner = match &self.model.variant(of, chosen).payload {
                    Payload::Empty => return Code::text(format!("\"{}\"", chosen.kebab())),
                    Payload::Value(_) => self.contract_value(&fields[0].1),
                    Payload::Fields(_) => held(fields),
                };
                let entry = inner.after(&format!("\"{}\": ", chosen.kebab()));
                Code::Group("{".to_owned(), vec![entry], "}")
            }
            Value::Repeated(items) => {
                let items = items.iter().map(|item| self.contract_value(item));
                Code::Group("[".to_owned(), items.collect(), "]")
            }
        }
    }

    fn gives(&self, example: &MethodExample, of: &ValueType, result: &str) -> Option<Code> {
        Some(match example.gives.as_ref()? {
            Gives::Length(length) => Code::text(format!("assert len({result}) == {length}")),
            Gives::Value(ExampleValue::Flag(true)) => Code::text(format!("assert {result}")),
            Gives::Value(value) => self.value(of, value).after(&format!("assert {result} == ")),
        })
    }
}

/// A call that makes bytes of their digits.
fn bytes(bytes: &[u8]) -> Code {
    let digits = Code::text(format!("\"{}\"", hex::encode(bytes)));
    Code::call("bytes.fromhex", vec![digits])
}

pub(super) fn laid_out(statements: &[Statement], indent: usize, results: Results) -> Vec<String> {
    let mut laid_out = Vec::new();
    for (index, (result, code)) in statements.iter().enumerate() {
        let later = &statements[index + 1..];
        let is_named = |name: &String| {
            let mut later_codes = later.iter().map(|(_, code)| code.flat());
            let is_used = later_codes.any(|code| {
                code.split(|c: char| !(c.is_alphanumeric() || "_-\"".contains(c)))
                    .any(|word| word == name)
            });
            is_used || results == Results::All
        };
        let code = match result.as_ref().filter(|name| is_named(name)) {
            Some(name) => code.clone().after(&format!("{name} = ")),
            None => code.clone(),
        };
        laid_out.extend(lines(&code, indent, ""));
    }
    laid_out
        .iter()
        .map(|line| line.get(indent..).unwrap_or_default().to_owned())
        .collect()
}

pub(super) fn statements(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
    flavour: Flavour,
) -> Vec<Statement> {
    let writer = Writer { model };
    let wait = flavour.wait();
    let mut statements: Vec<Statement> = Vec::new();
    let receiver = match handle.form {
        HandleForm::Client => "client".to_owned(),
        HandleForm::Administrator => format!("client.{}", handle.name.snake()),
        HandleForm::Key | HandleForm::Stream => "key".to_owned(),
    };
    if handle.form == HandleForm::Key {
        let kind = handle
            .example_key
            .as_ref()
            .map_or("ecdsa-p256", Name::as_written);
        let spec = Code::text(writer.kind(kind, false));
        let call = Code::call("client.generate", vec![Code::text("\"web\""), spec]);
        statements.push((Some("key".to_owned()), call.after(wait)));
    }
    for call in &example.before {
        let Some(found) = model.method_of(&call.handle, &call.method) else {
            continue;
        };
        let on = match &call.on {
            None => receiver.clone(),
            Some(name) if name.as_written() == "client" => "client".to_owned(),
            Some(name) => name.snake(),
        };
        let called = writer.call(&on, found, &call.arguments);
        statements.push((Some(call.result.snake()), called.after(wait)));
    }
    let called = writer.call(&receiver, method, &example.arguments);
    match &method.returns {
        None => statements.push((None, called.after(wait))),
        Some(of) => {
            let result = result_name(of);
            statements.push((Some(result.to_owned()), called.after(wait)));
            let gives = writer.gives(example, of, result);
            statements.extend(gives.map(|code| (None, code)));
        }
    }
    statements
}
