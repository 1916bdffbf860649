//! The values of examples, as JSON.

use serde_json::{Map, Value as Json, json};

use crate::model::{Field, Model, Name, Payload, Value};

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
