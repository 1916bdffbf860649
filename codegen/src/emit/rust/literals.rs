//! The values of examples, as Rust expressions.

use super::names::variant_name;
use crate::model::{Bytes, Field, Model, Name, Payload, Value};

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
