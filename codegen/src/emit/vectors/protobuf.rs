//! An encoder for protobuf, so that the vectors are independent of the code that they test.

use crate::model::{Field, Model, Payload, Value};

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

/// Encodes a message with these fields.
pub(super) fn encode_fields(model: &Model, fields: &[Field], values: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for (field, value) in fields.iter().zip(values) {
        encode(model, field.number, value, false, &mut out);
    }
    out
}

/// Encodes a field. In proto3 a scalar with its zero value is omitted, except in a oneof
/// (`always`).
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
            let fields = model.struct_fields(of);
            for (field, (_, value)) in fields.iter().zip(values) {
                encode(model, field.number, value, false, &mut body);
            }
            delimited(number, &body, out);
        }
        Value::Union(of, chosen, held) => {
            let variant = model.variant(of, chosen);
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

/// Encodes repeated numbers, which are packed.
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
