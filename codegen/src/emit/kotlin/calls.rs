//! The examples of methods, as calls of the Kotlin client.

use heck::ToShoutySnakeCase as _;

use super::declarations::WIDTH;
use super::names::argument_name;
use super::types::variant_class;
use super::values::type_class;
use crate::emit::rust::names::variant_name;
use crate::model::{
    Argument, ExampleValue, Gives, Handle, HandleForm, Language, Method, MethodExample, Model,
    Name, Value, ValueType,
};

/// The longest list of values in one line.
const LISTED: usize = 75;
/// The longest call in one line: a test indents it by two levels and names its result.
const CALL: usize = WIDTH - 8 - "val signatures = ".len();

/// How a method is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// In a coroutine.
    Suspending,
    /// On the caller's thread.
    Blocking,
    /// As a future.
    Future,
}

impl Form {
    /// The suffix of the method's name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Suspending => "",
            Self::Blocking => "Blocking",
            Self::Future => "Async",
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::Future => ".join()",
            _ => "",
        }
    }
}

/// The lines that make the call of an example, as readers see them.
pub(in crate::emit) fn call_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
) -> Vec<String> {
    lines_in(Form::Suspending, model, handle, method, example)
}

pub(super) fn lines_in(
    form: Form,
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
) -> Vec<String> {
    if method.missing_in(Language::Kotlin).is_some() {
        return Vec::new();
    }
    let writer = Writer { model, form };
    let mut lines = Vec::new();
    let receiver = match handle.form {
        HandleForm::Client => "parsec",
        HandleForm::Administrator => "parsec.admin",
        HandleForm::Key | HandleForm::Stream => "key",
    };
    if handle.is_key() {
        let kind = handle
            .example_key
            .as_ref()
            .map_or("ecdsa-p256", Name::as_written);
        lines.push(format!(
            "val key = parsec.generate{}(\"web\", {}){}",
            form.suffix(),
            writer.kind(kind, false),
            form.end()
        ));
    }
    for (index, call) in example.before.iter().enumerate() {
        let Some(found) = model.method_of(&call.handle, &call.method) else {
            continue;
        };
        let on = match &call.on {
            None => receiver.to_owned(),
            Some(name) if name.as_written() == "client" => "parsec".to_owned(),
            Some(name) => name.lower_camel(),
        };
        let called = writer.call(&on, found, &call.arguments);
        match example.uses_result_of(index) {
            true => lines.push(format!("val {} = {called}", call.result.lower_camel())),
            false => lines.push(called),
        }
    }
    let called = writer.call(receiver, method, &example.arguments);
    match result_name(method) {
        None if method.verdict => lines.push(format!("check({})", listed(&[called], LISTED))),
        None => lines.push(called),
        Some(result) => {
            lines.push(format!("val {result} = {called}"));
            lines.extend(writer.gives(example, method, result));
        }
    }
    // Long lists take several lines.
    let lines = lines.iter().flat_map(|line| line.lines());
    lines.map(str::to_owned).collect()
}

/// The name of the variable that holds the result.
pub(super) fn result_name(method: &Method) -> Option<&'static str> {
    Some(match method.returns.as_ref()? {
        ValueType::Signature => "signature",
        ValueType::KeyOfSpec | ValueType::Key | ValueType::SelfHandle => "made",
        _ => "result",
    })
}

struct Writer<'a> {
    model: &'a Model,
    form: Form,
}

impl Writer<'_> {
    fn call(&self, on: &str, method: &Method, given: &[(Name, ExampleValue)]) -> String {
        let mut arguments = Vec::new();
        let mut skipped = false;
        for argument in method.arguments_in(Language::Kotlin) {
            match given.iter().find(|(name, _)| *name == argument.name) {
                None => skipped = true,
                Some((_, value)) => {
                    let text = self.value(&argument.value_type, value);
                    arguments.push(match skipped || is_named(argument) {
                        true => format!("{} = {text}", argument_name(argument)),
                        false => text,
                    });
                }
            }
        }
        let name = format!("{}{}", method.name_in(Language::Kotlin), self.form.suffix());
        let (on, end) = (format!("{on}.{name}("), format!("){}", self.form.end()));
        let room = CALL.saturating_sub(on.len() + end.len()).min(LISTED);
        format!("{on}{}{end}", listed(&arguments, room))
    }

    fn value(&self, of: &ValueType, value: &ExampleValue) -> String {
        match (of, value) {
            (_, ExampleValue::Result(name)) => name.lower_camel(),
            (_, ExampleValue::TextBytes(text)) => format!("{}.encodeToByteArray()", quoted(text)),
            (_, ExampleValue::Bytes(bytes)) => bytes_code(bytes),
            (ValueType::Hash, ExampleValue::Text(name)) => {
                format!("Hash.{}", Name::new(name).camel().to_shouty_snake_case())
            }
            (ValueType::Provider, ExampleValue::Text(name)) => {
                format!(
                    "Provider.{}",
                    Name::new(name).camel().to_shouty_snake_case()
                )
            }
            (_, ExampleValue::Text(text)) => quoted(text),
            (ValueType::Duration, ExampleValue::Number(millis)) => {
                format!("Duration.ofMillis({millis})")
            }
            (_, ExampleValue::Number(number)) => number.to_string(),
            (_, ExampleValue::Flag(flag)) => flag.to_string(),
            (_, ExampleValue::Kind { kind, exportable }) => {
                self.kind(kind.as_written(), *exportable)
            }
            (ValueType::List(item), ExampleValue::List(values)) => {
                let values: Vec<String> =
                    values.iter().map(|value| self.value(item, value)).collect();
                format!("listOf({})", listed(&values, LISTED))
            }
            (_, ExampleValue::Value(value)) => self.contract_value(value),
            (_, ExampleValue::List(_)) => String::new(),
        }
    }

    fn kind(&self, kind: &str, exportable: bool) -> String {
        let found = self
            .model
            .key_kinds
            .iter()
            .find(|found| found.name.kebab() == kind);
        let constant = found.and_then(|found| found.name_in(Language::Kotlin));
        let constant = constant.map_or_else(|| format!("AnySpec({kind:?})"), str::to_owned);
        match exportable {
            true => format!("{constant}.with(exportable = true)"),
            false => constant,
        }
    }

    /// A value of a type of the contracts.
    fn contract_value(&self, value: &Value) -> String {
        match value {
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => quoted(text),
            Value::Bytes(bytes) => bytes_code(&bytes.bytes),
            Value::Enum(of, name, _) => {
                format!(
                    "{}.{}",
                    type_class(of),
                    variant_name(name).to_shouty_snake_case()
                )
            }
            Value::Struct(of, fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| {
                        format!("{} = {}", name.lower_camel(), self.contract_value(value))
                    })
                    .collect();
                format!("{}({})", type_class(of), fields.join(", "))
            }
            Value::Union(of, variant, held) => {
                let variant = format!("{}.{}", type_class(of), variant_class(variant));
                let held: Vec<String> = held
                    .iter()
                    .map(|(_, value)| self.contract_value(value))
                    .collect();
                match held.is_empty() {
                    true => variant,
                    false => format!("{variant}({})", held.join(", ")),
                }
            }
            Value::Repeated(values) => {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| self.contract_value(value))
                    .collect();
                format!("listOf({})", values.join(", "))
            }
            Value::Missing => "null".to_owned(),
        }
    }

    /// The lines that check the result.
    fn gives(&self, example: &MethodExample, method: &Method, result: &str) -> Option<String> {
        let of = method.returns.as_ref()?;
        Some(match example.gives.as_ref()? {
            Gives::Length(length) => format!("check({result}.size == {length})"),
            Gives::Value(ExampleValue::Flag(true)) => format!("check({result})"),
            Gives::Value(ExampleValue::Flag(false)) => format!("check(!{result})"),
            Gives::Value(value) => match of {
                ValueType::Bytes | ValueType::Secret => {
                    format!("check({result}.contentEquals({}))", self.value(of, value))
                }
                _ => format!("check({result} == {})", self.value(of, value)),
            },
        })
    }
}

/// Values in one line, or in a line each.
fn listed(values: &[String], longest: usize) -> String {
    let line = values.join(", ");
    match line.len() > longest || line.contains('\n') {
        false => line,
        true => {
            let values = values.iter().map(|value| value.replace('\n', "\n    "));
            let values: String = values.map(|value| format!("    {value},\n")).collect();
            format!("\n{values}")
        }
    }
}

/// Whether an example gives the argument by its name.
fn is_named(argument: &Argument) -> bool {
    argument.named || argument.optional.is_some()
}

fn quoted(text: &str) -> String {
    format!("{text:?}").replace('$', "\\$")
}

fn bytes_code(bytes: &[u8]) -> String {
    format!("\"{}\".hexToByteArray()", hex::encode(bytes))
}
