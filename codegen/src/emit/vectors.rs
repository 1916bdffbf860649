//! Golden frames from the contracts' examples, and the same values as Rust for the tests.
//!
//! The protobuf is encoded here by hand, so that the vectors do not come from the code that they
//! are to test.

use anyhow::Result;
use askama::Template;
use serde_json::{Map, Value as Json, json};

use super::rust::variant_name;
use super::{Output, banner};
use crate::model::{
    Bytes, Caller, Example, Field, Form, Listed, Model, Name, Operation, Payload, Protocol,
    ProviderKind, Value, Variant,
};

/// The application that the examples' requests come from.
const APPLICATION: &str = "example-application";
/// The published numbers of direct authentication and of the software provider.
const AUTH_DIRECT: u8 = 1;
const PROVIDER_SOFTWARE: u8 = 1;

/// A JSON file an operation, and one Rust file for the tests.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut cases = Vec::new();
    for operation in &model.operations {
        let mut examples = Vec::new();
        for (index, example) in operation.examples.iter().enumerate() {
            examples.push(vector(model, operation, example));
            cases.push(Case {
                operation: operation.name.snake(),
                index,
                input: message_code(
                    model,
                    &format!("operations::{}", operation.name.rust_type()),
                    &operation.inputs,
                    &example.input,
                ),
                output: message_code(
                    model,
                    &format!("operations::{}Output", operation.name.rust_type()),
                    &operation.outputs,
                    &example.output,
                ),
            });
        }
        let file = json!({
            "generated": banner(&operation.file),
            "operation": operation.name.snake(),
            "opcode": operation.opcode,
            "examples": examples,
        });
        let path = format!("contracts/vectors/examples/{}.json", operation.name.snake());
        output.insert(path, serde_json::to_string_pretty(&file)? + "\n");
    }
    let tests = Cases {
        banner: banner("the examples in contracts/operations/*.toml"),
        cases,
    };
    output.insert(
        "contracts/tests/generated/examples.rs".to_owned(),
        tests.render()?,
    );
    Ok(output)
}

#[derive(Template)]
#[template(path = "vectors/examples.rs", escape = "none")]
struct Cases {
    banner: String,
    cases: Vec<Case>,
}

struct Case {
    operation: String,
    index: usize,
    input: String,
    output: String,
}

fn vector(model: &Model, operation: &Operation, example: &Example) -> Json {
    let (input, output) = vector_bodies(model, operation, example);
    json!({
        "title": example.title,
        "input": fields_json(model, &operation.inputs, &example.input),
        "output": fields_json(model, &operation.outputs, &example.output),
        "request": hex::encode(request(&model.protocol, operation, &input)),
        "response": hex::encode(response(&model.protocol, operation, &output)),
    })
}

/// The bodies of an example's request and response.
pub(super) fn vector_bodies(
    model: &Model,
    operation: &Operation,
    example: &Example,
) -> (Vec<u8>, Vec<u8>) {
    (
        encode_fields(model, &operation.inputs, &example.input),
        encode_fields(model, &operation.outputs, &example.output),
    )
}

fn provider(operation: &Operation) -> u8 {
    match operation.provider {
        ProviderKind::Core => 0,
        ProviderKind::Crypto => PROVIDER_SOFTWARE,
    }
}

/// The frame of a request.
pub(super) fn request(protocol: &Protocol, operation: &Operation, body: &[u8]) -> Vec<u8> {
    let (auth_type, auth) = match operation.caller {
        Caller::Anyone => (0, ""),
        Caller::Application | Caller::Administrator => (AUTH_DIRECT, APPLICATION),
    };
    let flags = u16::from(operation.listed == Listed::Extensions);
    let mut frame = header(protocol, flags, provider(operation), auth_type);
    frame.extend(length32(body).to_le_bytes());
    frame.extend(u16::try_from(auth.len()).unwrap_or(u16::MAX).to_le_bytes());
    frame.extend(operation.opcode.to_le_bytes());
    frame.extend([0; 4]);
    frame.extend(body);
    frame.extend(auth.as_bytes());
    frame
}

/// The frame of a response.
pub(super) fn response(protocol: &Protocol, operation: &Operation, body: &[u8]) -> Vec<u8> {
    let mut frame = header(protocol, 0, provider(operation), 0);
    frame.extend(length32(body).to_le_bytes());
    frame.extend([0; 2]);
    frame.extend(operation.opcode.to_le_bytes());
    frame.extend([0; 4]);
    frame.extend(body);
    frame
}

fn length32(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// Magic number to authentication type: the first 22 bytes.
fn header(protocol: &Protocol, flags: u16, provider: u8, auth_type: u8) -> Vec<u8> {
    let mut bytes = protocol.magic.to_le_bytes().to_vec();
    bytes.extend(protocol.header_size.to_le_bytes());
    bytes.extend([protocol.version.0, protocol.version.1]);
    bytes.extend(flags.to_le_bytes());
    bytes.push(provider);
    bytes.extend([0; 8]);
    bytes.extend([
        protocol.content_type_protobuf,
        protocol.content_type_protobuf,
        auth_type,
    ]);
    bytes
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn tagged(number: u32, wire_type: u64, out: &mut Vec<u8>) {
    varint(u64::from(number) << 3 | wire_type, out);
}

fn delimited(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    tagged(number, 2, out);
    varint(bytes.len() as u64, out);
    out.extend(bytes);
}

fn encode_fields(model: &Model, fields: &[Field], values: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for (field, value) in fields.iter().zip(values) {
        encode(model, field.number, value, false, &mut out);
    }
    out
}

/// proto3: a scalar at its zero value is left out, except within a oneof (`always`).
fn encode(model: &Model, number: u32, value: &Value, always: bool, out: &mut Vec<u8>) {
    match value {
        Value::Missing => {}
        Value::Bool(value) => encode(model, number, &Value::Number((*value).into()), always, out),
        Value::Enum(_, _, value) => {
            encode(model, number, &Value::Number((*value).into()), always, out);
        }
        Value::Number(value) => {
            if always || *value != 0 {
                tagged(number, 0, out);
                varint(*value, out);
            }
        }
        Value::String(text) => encode_bytes(number, text.as_bytes(), always, out),
        Value::Bytes(bytes) => encode_bytes(number, &bytes.bytes, always, out),
        Value::Struct(of, values) => {
            let mut body = Vec::new();
            let fields = struct_fields(model, of);
            for (field, (_, value)) in fields.iter().zip(values) {
                encode(model, field.number, value, false, &mut body);
            }
            delimited(number, &body, out);
        }
        Value::Union(of, chosen, held) => {
            let variant = variant(model, of, chosen);
            let mut body = Vec::new();
            match &variant.payload {
                Payload::Empty => delimited(variant.number, &[], &mut body),
                Payload::Value(_) => {
                    for (_, value) in held {
                        encode(model, variant.number, value, true, &mut body);
                    }
                }
                Payload::Fields(fields) => {
                    let values: Vec<Value> = held.iter().map(|(_, value)| value.clone()).collect();
                    delimited(
                        variant.number,
                        &encode_fields(model, fields, &values),
                        &mut body,
                    );
                }
            }
            delimited(number, &body, out);
        }
        Value::Repeated(items) => encode_repeated(model, number, items, out),
    }
}

fn encode_bytes(number: u32, bytes: &[u8], always: bool, out: &mut Vec<u8>) {
    if always || !bytes.is_empty() {
        delimited(number, bytes, out);
    }
}

/// Repeated numbers are packed.
fn encode_repeated(model: &Model, number: u32, items: &[Value], out: &mut Vec<u8>) {
    let numbers = items.iter().map(|item| match item {
        Value::Bool(value) => Some((*value).into()),
        Value::Number(number) => Some(*number),
        Value::Enum(_, _, number) => Some((*number).into()),
        _ => None,
    });
    match numbers.collect::<Option<Vec<u64>>>() {
        Some(numbers) if !numbers.is_empty() => {
            let mut packed = Vec::new();
            numbers
                .into_iter()
                .for_each(|number| varint(number, &mut packed));
            delimited(number, &packed, out);
        }
        _ => items
            .iter()
            .for_each(|item| encode(model, number, item, true, out)),
    }
}

fn struct_fields<'a>(model: &'a Model, name: &Name) -> &'a [Field] {
    match &model.type_named(&name.kebab()).form {
        Form::Struct(fields) => fields,
        _ => unreachable!("`{name}` was read as a struct"),
    }
}

fn variant<'a>(model: &'a Model, union: &Name, chosen: &Name) -> &'a Variant {
    match &model.type_named(&union.kebab()).form {
        Form::Union(variants) => variants
            .iter()
            .find(|variant| variant.name == *chosen)
            .unwrap_or_else(|| unreachable!("`{union}` was read as having `{chosen}`")),
        _ => unreachable!("`{union}` was read as a union"),
    }
}

fn fields_json(model: &Model, fields: &[Field], values: &[Value]) -> Json {
    let entries = fields.iter().zip(values);
    let entries = entries.map(|(field, value)| (field.name.snake(), value_json(model, value)));
    Json::Object(entries.collect::<Map<_, _>>())
}

fn value_json(model: &Model, value: &Value) -> Json {
    let held_json = |held: &[(Name, Value)]| {
        let entries = held
            .iter()
            .map(|(name, value)| (name.snake(), value_json(model, value)));
        Json::Object(entries.collect())
    };
    match value {
        Value::Missing => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Number(value) => json!(value),
        Value::String(text) => json!(text),
        Value::Bytes(bytes) => json!(hex::encode(&bytes.bytes)),
        Value::Enum(_, name, _) => json!(name.kebab()),
        Value::Struct(_, held) => held_json(held),
        Value::Union(of, chosen, held) => match &variant(model, of, chosen).payload {
            Payload::Empty => json!(chosen.kebab()),
            Payload::Value(_) => json!({ chosen.kebab(): value_json(model, &held[0].1) }),
            Payload::Fields(_) => json!({ chosen.kebab(): held_json(held) }),
        },
        Value::Repeated(items) => items.iter().map(|item| value_json(model, item)).collect(),
    }
}

/// A message as conformance cases write it: what is left out is not there, and bytes say so.
pub(super) fn message_json(model: &Model, fields: &[Field], values: &[Value]) -> Json {
    let entries = fields.iter().zip(values);
    let entries = entries
        .filter(|(_, value)| **value != Value::Missing)
        .map(|(field, value)| (field.name.snake(), written(model, value)));
    Json::Object(entries.collect::<Map<_, _>>())
}

fn written(model: &Model, value: &Value) -> Json {
    let held_json = |held: &[(Name, Value)]| {
        let entries = held
            .iter()
            .filter(|(_, value)| *value != Value::Missing)
            .map(|(name, value)| (name.snake(), written(model, value)));
        Json::Object(entries.collect())
    };
    match value {
        Value::Bytes(bytes) => json!({ "hex": hex::encode(&bytes.bytes) }),
        Value::Struct(_, held) => held_json(held),
        Value::Union(of, chosen, held) => match &variant(model, of, chosen).payload {
            Payload::Empty => json!(chosen.kebab()),
            Payload::Value(_) => json!({ chosen.kebab(): written(model, &held[0].1) }),
            Payload::Fields(_) => json!({ chosen.kebab(): held_json(held) }),
        },
        Value::Repeated(items) => items.iter().map(|item| written(model, item)).collect(),
        plain => value_json(model, plain),
    }
}

pub(super) fn message_code(
    model: &Model,
    name: &str,
    fields: &[Field],
    values: &[Value],
) -> String {
    let fields = fields.iter().zip(values).map(|(field, value)| {
        let code = value_code(model, value);
        let wrapped = field.optional && *value != Value::Missing;
        let code = if wrapped {
            format!("Some({code})")
        } else {
            code
        };
        format!("{}: {code},", field.name.rust())
    });
    format!("{name} {{ {} }}", fields.collect::<String>())
}

/// A value as a Rust expression.
pub(super) fn value_code(model: &Model, value: &Value) -> String {
    let held_code = |held: &[(Name, Value)]| {
        held.iter()
            .map(|(name, value)| format!("{}: {},", name.rust(), value_code(model, value)))
            .collect::<String>()
    };
    match value {
        Value::Missing => "None".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => format!("{text:?}.to_owned()"),
        Value::Bytes(Bytes {
            bytes,
            secret: false,
        }) => {
            format!("bytes(\"{}\")", hex::encode(bytes))
        }
        Value::Bytes(Bytes {
            bytes,
            secret: true,
        }) => {
            format!("Secret::new(bytes(\"{}\"))", hex::encode(bytes))
        }
        Value::Enum(of, name, _) => format!("types::{}::{}", of.rust_type(), variant_name(name)),
        Value::Struct(of, held) => {
            let values: Vec<Value> = held.iter().map(|(_, value)| value.clone()).collect();
            let name = format!("types::{}", of.rust_type());
            message_code(model, &name, struct_fields(model, of), &values)
        }
        Value::Union(of, chosen, held) => {
            let path = format!("types::{}::{}", of.rust_type(), variant_name(chosen));
            match &variant(model, of, chosen).payload {
                Payload::Empty => path,
                Payload::Value(_) => format!("{path}({})", value_code(model, &held[0].1)),
                Payload::Fields(_) => format!("{path} {{ {} }}", held_code(held)),
            }
        }
        Value::Repeated(items) => {
            let items = items.iter().map(|item| value_code(model, item) + ",");
            format!("vec![{}]", items.collect::<String>())
        }
    }
}
