//! The examples of methods, as calls of the Swift client.

use sha2::{Digest as _, Sha256};

use super::names::{WIDTH, base_name, labelled};
use crate::emit::keywords;
use crate::model::{
    Argument, ExampleValue, Gives, Handle, HandleForm, Language, Method, MethodExample, Model,
    Name, Payload, Value, ValueType,
};

/// Bytes in a line of an array.
const BYTES: usize = 16;
/// The beginning of a call that hashes in the service, without `try await`.
const HASH: &str = "parsec.hash(";
/// The longest call in one line: a test indents it by two levels and names its result.
const CALL: usize = WIDTH - 8 - "let signatures = ".len();

/// The lines that make the call of an example, as readers see them.
pub(in crate::emit) fn call_lines(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
) -> Vec<String> {
    if method.missing_in(Language::Swift).is_some() {
        return Vec::new();
    }
    let writer = Writer { model };
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
            "let key = try await parsec.generate(\"web\", {})",
            writer.kind(kind, false)
        ));
    }
    for (index, call) in example.before.iter().enumerate() {
        let Some(found) = model.method_of(&call.handle, &call.method) else {
            continue;
        };
        let on = match &call.on {
            None => receiver.to_owned(),
            Some(name) if name.as_written() == "client" => "parsec".to_owned(),
            Some(name) => keywords::swift(&name.lower_camel()),
        };
        let called = writer.call(&on, found, &call.arguments, &mut lines);
        let result = match example.uses_result_of(index) {
            true => format!("let {}", keywords::swift(&call.result.lower_camel())),
            false => "_".to_owned(),
        };
        lines.push(format!("{result} = {called}"));
    }
    let called = writer.call(receiver, method, &example.arguments, &mut lines);
    lines.push(match result_name(method) {
        None => called,
        Some(result) => format!("let {result} = {called}"),
    });
    // Arrays of bytes take several lines.
    let lines = lines.iter().flat_map(|line| line.lines());
    lines.map(str::to_owned).collect()
}

/// The name of the variable that holds the result.
pub(super) fn result_name(method: &Method) -> Option<&'static str> {
    if method.verdict {
        return Some("isValid");
    }
    Some(match method.returns.as_ref()? {
        ValueType::Signature => "signature",
        ValueType::KeyOfSpec | ValueType::Key | ValueType::SelfHandle => "made",
        _ => "result",
    })
}

struct Writer<'a> {
    model: &'a Model,
}

impl Writer<'_> {
    /// Returns a call. Arguments that take several lines become variables, which `before` defines.
    fn call(
        &self,
        on: &str,
        method: &Method,
        given: &[(Name, ExampleValue)],
        before: &mut Vec<String>,
    ) -> String {
        let mut arguments = Vec::new();
        let mut options = String::new();
        for (label, argument) in labelled(method) {
            let Some((_, value)) = given.iter().find(|(name, _)| *name == argument.name) else {
                continue;
            };
            let text = match value {
                ExampleValue::Kind { kind, exportable } => {
                    if *exportable {
                        options = ", options: .init(isExportable: true)".to_owned();
                    }
                    self.kind(kind.as_written(), label == "spec")
                }
                value => self.value(&argument.value_type, value),
            };
            let text = match (text.contains(HASH), text.contains('\n')) {
                (true, _) => variable(argument, &format!("try await {text}"), before),
                (false, true) => variable(argument, &text, before),
                (false, false) => text,
            };
            arguments.push(match label.as_str() {
                "_" => text,
                label => format!("{label}: {text}"),
            });
        }
        let name = base_name(method);
        let arguments = format!("{}{options}", arguments.join(", "));
        let call = format!("try await {on}.{name}({arguments})");
        match call.chars().count() > CALL {
            true => format!("try await {on}.{name}(\n    {arguments}\n)"),
            false => call,
        }
    }

    fn value(&self, of: &ValueType, value: &ExampleValue) -> String {
        match (of, value) {
            (_, ExampleValue::Result(name)) => keywords::swift(&name.lower_camel()),
            (_, ExampleValue::TextBytes(text)) => format!("Data({text:?}.utf8)"),
            (_, ExampleValue::Bytes(bytes)) => match self.hashed(bytes) {
                Some(text) => format!("{HASH}Data({text:?}.utf8))"),
                None => bytes_code(bytes),
            },
            (ValueType::Hash | ValueType::Provider, ExampleValue::Text(name)) => {
                format!(".{}", keywords::swift(&Name::new(name).lower_camel()))
            }
            (_, ExampleValue::Text(text)) => format!("{text:?}"),
            (_, ExampleValue::Number(number)) => number.to_string(),
            (_, ExampleValue::Flag(flag)) => flag.to_string(),
            (_, ExampleValue::Kind { kind, .. }) => self.kind(kind.as_written(), false),
            (ValueType::List(item), ExampleValue::List(values)) => {
                let values: Vec<String> =
                    values.iter().map(|value| self.value(item, value)).collect();
                let items = values.join(", ");
                match items.contains('\n') {
                    false => format!("[{items}]"),
                    true => {
                        let items = values.iter().map(|value| value.replace('\n', "\n    "));
                        let items = items.collect::<Vec<_>>().join(",\n    ");
                        // The formatter wants a comma after the last of several elements.
                        let end = if values.len() > 1 { "," } else { "" };
                        format!("[\n    {items}{end}\n]")
                    }
                }
            }
            (_, ExampleValue::Value(value)) => self.contract_value(value),
            (_, ExampleValue::List(_)) => String::new(),
        }
    }

    /// Returns the text of an example whose SHA-256 these bytes are.
    fn hashed(&self, bytes: &[u8]) -> Option<&str> {
        let methods = self.model.handles.iter().flat_map(|it| &it.methods);
        let mut values = methods.filter_map(|it| it.example.as_ref()).flat_map(|it| {
            let before = it.before.iter().flat_map(|call| &call.arguments);
            it.arguments.iter().chain(before).map(|(_, value)| value)
        });
        values.find_map(|value| texts(value).find(|it| Sha256::digest(it)[..] == *bytes))
    }

    fn kind(&self, kind: &str, at_run_time: bool) -> String {
        let found = self
            .model
            .key_kinds
            .iter()
            .find(|found| found.name.kebab() == kind);
        match found.and_then(|found| found.name_in(Language::Swift)) {
            Some(name) if !at_run_time => format!("{name}.self"),
            _ => format!("KeySpec({kind:?})"),
        }
    }

    /// A value of a type of the contracts.
    fn contract_value(&self, value: &Value) -> String {
        let all = |values: &[Value]| -> Vec<String> {
            values
                .iter()
                .map(|value| self.contract_value(value))
                .collect()
        };
        let labelled = |fields: &[(Name, Value)]| -> Vec<String> {
            let fields = fields.iter();
            fields
                .map(|(name, value)| {
                    format!("{}: {}", name.lower_camel(), self.contract_value(value))
                })
                .collect()
        };
        match value {
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => format!("{text:?}"),
            Value::Bytes(bytes) => bytes_code(&bytes.bytes),
            Value::Enum(_, name, _) => format!(".{}", keywords::swift(&name.lower_camel())),
            Value::Struct(_, fields) => format!(".init({})", labelled(fields).join(", ")),
            Value::Union(of, chosen, held) => {
                let variant = keywords::swift(&chosen.lower_camel());
                let held = match &self.model.variant(of, chosen).payload {
                    Payload::Empty => return format!(".{variant}"),
                    Payload::Value(_) => {
                        let values: Vec<Value> =
                            held.iter().map(|(_, value)| value.clone()).collect();
                        all(&values)
                    }
                    Payload::Fields(_) => labelled(held),
                };
                format!(".{variant}({})", held.join(", "))
            }
            Value::Repeated(values) => format!("[{}]", all(values).join(", ")),
            Value::Missing => "nil".to_owned(),
        }
    }
}

/// Texts in a value of bytes.
fn texts(value: &ExampleValue) -> Box<dyn Iterator<Item = &str> + '_> {
    match value {
        ExampleValue::TextBytes(text) => Box::new(std::iter::once(text.as_str())),
        ExampleValue::List(values) => Box::new(values.iter().flat_map(texts)),
        _ => Box::new(std::iter::empty()),
    }
}

fn bytes_code(bytes: &[u8]) -> String {
    let is_range = bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| usize::from(*byte) == at);
    if bytes.len() > 2 && is_range {
        return format!("Data(0..<{})", bytes.len());
    }
    let line = |bytes: &[u8]| {
        let bytes: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
        bytes.join(", ")
    };
    if bytes.len() < BYTES {
        return format!("Data([{}])", line(bytes));
    }
    let lines: Vec<String> = bytes.chunks(BYTES).map(line).collect();
    format!("Data([\n    {},\n])", lines.join(",\n    "))
}

/// The lines that check the result.
pub(super) fn checks(model: &Model, method: &Method, example: &MethodExample) -> Option<String> {
    if method.verdict {
        return Some("#expect(isValid)".to_owned());
    }
    // A method by hand may return a type of Swift's own.
    let is_usual = method.own_result_in(Language::Swift).is_none();
    (method.is_generated_in(Language::Swift) && is_usual).then_some(())?;
    let result = result_name(method)?;
    let of = method.returns.as_ref()?;
    Some(match example.gives.as_ref()? {
        Gives::Length(length) => format!("#expect({result}.count == {length})"),
        Gives::Value(ExampleValue::Flag(true)) => format!("#expect({result})"),
        Gives::Value(ExampleValue::Flag(false)) => format!("#expect(!{result})"),
        Gives::Value(value) => {
            let value = match value {
                // Not calculated by the service that the test checks.
                ExampleValue::Bytes(bytes) => bytes_code(bytes),
                value => Writer { model }.value(of, value),
            };
            format!("let expected = {value}\n#expect({result} == expected)")
        }
    })
}

/// Returns the name of a variable with the value of an argument, after it is defined.
fn variable(argument: &Argument, value: &str, before: &mut Vec<String>) -> String {
    let name = keywords::swift(&argument.name.lower_camel());
    let definition = format!("let {name} = {value}");
    if !before.contains(&definition) {
        before.push(definition);
    }
    name
}
