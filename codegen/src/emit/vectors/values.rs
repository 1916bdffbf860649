//! The values of examples, as JSON and as Rust.

use serde_json::{Map, Value as Json, json};

use crate::emit::rust::variant_name;
use crate::model::{Bytes, Field, Model, Name, Payload, Value};

/// Returns a message in the form of the vectors: all fields, with bytes in hexadecimal.
pub(super) fn fields_json(model: &Model, fields: &[Field], values: &[Value]) -> Json {
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
        Value::Union(of, chosen, held) => match &model.variant(of, chosen).payload {
            Payload::Empty => json!(chosen.kebab()),
            Payload::Value(_) => json!({ chosen.kebab(): value_json(model, &held[0].1) }),
            Payload::Fields(_) => json!({ chosen.kebab(): held_json(held) }),
        },
        Value::Repeated(items) => items.iter().map(|item| value_json(model, item)).collect(),
    }
}

/// Returns a message in the form of conformance cases: without omitted fields, and with tagged
/// bytes.
pub(in crate::emit) fn message_json(model: &Model, fields: &[Field], values: &[Value]) -> Json {
    let entries = fields.iter().zip(values);
    let entries = entries
        .filter(|(_, value)| **value != Value::Missing)
        .map(|(field, value)| (field.name.snake(), written(model, value)));
    Json::Object(entries.collect::<Map<_, _>>())
}

/// Returns a value in the form of conformance cases.
pub(in crate::emit) fn written(model: &Model, value: &Value) -> Json {
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
        Value::Union(of, chosen, held) => match &model.variant(of, chosen).payload {
            Payload::Empty => json!(chosen.kebab()),
            Payload::Value(_) => json!({ chosen.kebab(): written(model, &held[0].1) }),
            Payload::Fields(_) => json!({ chosen.kebab(): held_json(held) }),
        },
        Value::Repeated(items) => items.iter().map(|item| written(model, item)).collect(),
        plain => value_json(model, plain),
    }
}

/// Returns a message as a Rust expression.
pub(in crate::emit) fn message_code(
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

/// Returns a value as a Rust expression.
pub(in crate::emit) fn value_code(model: &Model, value: &Value) -> String {
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
            message_code(model, &name, model.struct_fields(of), &values)
        }
        Value::Union(of, chosen, held) => {
            let path = format!("types::{}::{}", of.rust_type(), variant_name(chosen));
            match &model.variant(of, chosen).payload {
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
