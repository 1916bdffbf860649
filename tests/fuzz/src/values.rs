//! Requests generated from the contracts: a field's type determines its values, so a new operation
//! or type is fuzzed without changes here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use parsec_codegen::model::{
    Bounds, Field, Form, Model, Operation, Payload, ProviderKind, Type, TypeRef, Value, resolve,
};
use parsec_codegen::read;
use parsec_harness::root;
use prost::encoding::{WireType, encode_key, encode_varint};

use crate::choices::Choices;

/// Types that the generator handles specially.
const KEY_NAME: &str = "key-name";
const ATTRIBUTES: &str = "key-attributes";

/// Edge values of numbers. None is between the largest cheap value and the smallest one that every
/// bound forbids, so that no single request keeps the service busy.
const NUMBERS: &[u64] = &[
    1,
    0,
    2,
    3,
    4,
    8,
    12,
    16,
    20,
    32,
    64,
    127,
    128,
    192,
    255,
    256,
    384,
    521,
    1000,
    2048,
    4096,
    i32::MAX as u64,
    u32::MAX as u64,
    u64::MAX,
];

/// Lengths at the edges.
const LENGTHS: &[usize] = &[
    16, 0, 1, 8, 12, 13, 15, 17, 20, 24, 28, 31, 32, 33, 48, 64, 65, 96, 128, 256, 1025,
];

/// Texts that are not valid key names.
const TEXTS: &[&str] = &[
    "ant",
    "",
    "bee",
    "victim",
    "admin",
    "\u{0}",
    "é\u{202e}",
    "../../x",
];

/// The contracts, and the values in their examples.
#[derive(Debug)]
pub(crate) struct Contracts {
    model: Model,
    /// Values of each type.
    known: BTreeMap<String, Vec<Value>>,
    names: Vec<String>,
}

/// A request generated from a contract.
#[derive(Debug)]
pub(crate) struct Request {
    /// The operation's number.
    pub(crate) opcode: u32,
    /// Whether the service itself serves it.
    pub(crate) is_core: bool,
    /// The message.
    pub(crate) body: Vec<u8>,
}

/// The contracts of this repository.
pub(crate) fn contracts() -> &'static Contracts {
    static CONTRACTS: OnceLock<Contracts> = OnceLock::new();
    CONTRACTS.get_or_init(|| {
        let read = read::contracts(root()).unwrap_or_else(|problems| panic!("{problems}"));
        Contracts::new(resolve(&read))
    })
}

impl Contracts {
    fn new(model: Model) -> Self {
        let mut known = BTreeMap::new();
        let mut names = BTreeSet::new();
        for kind in &model.key_kinds {
            known
                .entry(ATTRIBUTES.to_owned())
                .or_insert_with(Vec::new)
                .push(kind.attributes.clone());
        }
        for operation in &model.operations {
            for example in &operation.examples {
                for (field, value) in operation.inputs.iter().zip(&example.input) {
                    note_name(&model, &field.type_ref, value, &mut names);
                    note(value, &mut known);
                }
                example
                    .output
                    .iter()
                    .for_each(|value| note(value, &mut known));
            }
        }
        for values in known.values_mut() {
            values.dedup();
        }
        Self {
            model,
            known,
            names: names.into_iter().collect(),
        }
    }

    /// Returns the number of operations.
    pub(crate) fn count(&self) -> usize {
        self.model.operations.len()
    }

    /// Returns the key names in the examples: a key that one example creates, others use.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Generates a request of any operation.
    pub(crate) fn request(&self, choices: &mut Choices<'_>) -> Request {
        let operation = choices.of(&self.model.operations);
        Request {
            opcode: operation.opcode,
            is_core: operation.provider == ProviderKind::Core,
            body: self.body(
                choices,
                &operation.inputs,
                operation.examples.iter().map(|example| &example.input),
            ),
        }
    }

    /// Generates a response of any operation; returns its number and the message.
    pub(crate) fn response(&self, choices: &mut Choices<'_>) -> (u32, Vec<u8>) {
        let operation = choices.of(&self.model.operations);
        (operation.opcode, self.response_of(choices, operation))
    }

    /// Generates a response of this operation.
    pub(crate) fn response_to(&self, choices: &mut Choices<'_>, opcode: u32) -> Vec<u8> {
        let operations = &self.model.operations;
        match operations.iter().find(|one| one.opcode == opcode) {
            Some(operation) => self.response_of(choices, operation),
            None => Vec::new(),
        }
    }

    fn response_of(&self, choices: &mut Choices<'_>, operation: &Operation) -> Vec<u8> {
        self.body(
            choices,
            &operation.outputs,
            operation.examples.iter().map(|example| &example.output),
        )
    }

    /// Generates key attributes, as a message.
    pub(crate) fn attributes(&self, choices: &mut Choices<'_>) -> Vec<u8> {
        let Some(of) = self.model.find_type(ATTRIBUTES) else {
            unreachable!("the contracts have {ATTRIBUTES}")
        };
        let value = self.named(choices, of, 0);
        let mut out = Vec::new();
        self.write_struct(of.fields(), &value, &mut out);
        out
    }

    /// Generates a message with these fields: an example's with some replaced, or any.
    fn body<'a>(
        &self,
        choices: &mut Choices<'_>,
        fields: &[Field],
        examples: impl Iterator<Item = &'a Vec<Value>>,
    ) -> Vec<u8> {
        let examples: Vec<_> = examples.collect();
        let example = match choices.one_in(4) || examples.is_empty() {
            true => None,
            false => Some(*choices.of(&examples)),
        };
        let mut out = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            // Omitted, if the contract permits that.
            if choices.one_in(32) {
                continue;
            }
            let value = match example.and_then(|values| values.get(index)) {
                Some(value) if !choices.one_in(4) => value.clone(),
                _ => self.field(choices, field, 0),
            };
            self.write(field.number, &value, &mut out);
        }
        out
    }

    fn field(&self, choices: &mut Choices<'_>, field: &Field, depth: usize) -> Value {
        if field.optional && choices.one_in(2) {
            return Value::Missing;
        }
        if field.repeated {
            let count = choices.below(4);
            let items =
                (0..count).map(|_| self.any(choices, &field.type_ref, &field.bounds, depth));
            return Value::Repeated(items.collect());
        }
        self.any(choices, &field.type_ref, &field.bounds, depth)
    }

    fn any(
        &self,
        choices: &mut Choices<'_>,
        type_ref: &TypeRef,
        bounds: &Bounds,
        depth: usize,
    ) -> Value {
        match type_ref {
            TypeRef::Bool => Value::Bool(choices.one_in(2)),
            TypeRef::Uint32 | TypeRef::Uint64 => Value::Number(number(choices, bounds)),
            TypeRef::String => Value::String((*choices.of(TEXTS)).to_owned()),
            TypeRef::Bytes => bytes(choices, bounds),
            TypeRef::Named(name) if name.kebab() == KEY_NAME => {
                Value::String(choices.of(&self.names).clone())
            }
            TypeRef::Named(name) => {
                self.named(choices, self.model.type_named(&name.kebab()), depth + 1)
            }
        }
    }

    fn named(&self, choices: &mut Choices<'_>, of: &Type, depth: usize) -> Value {
        let known = self.known.get(&of.name.kebab());
        if let Some(known) = known
            && (depth > 8 || !choices.one_in(3))
        {
            return choices.of(known).clone();
        }
        match &of.form {
            Form::Scalar(base, bounds) => self.any(choices, base, bounds, depth),
            Form::Enum(values) => {
                let value = choices.of(&values.values);
                // Including numbers that are in no contract.
                let number = match choices.one_in(16) {
                    true => u32::from(choices.byte()),
                    false => value.number,
                };
                Value::Enum(of.name.clone(), value.name.clone(), number)
            }
            Form::Struct(fields) => {
                let values = fields
                    .iter()
                    .map(|field| (field.name.clone(), self.field(choices, field, depth)));
                Value::Struct(of.name.clone(), values.collect())
            }
            Form::Union(variants) => {
                let variant = choices.of(variants);
                let held = match &variant.payload {
                    Payload::Empty => Vec::new(),
                    Payload::Value(type_ref) => {
                        let value = self.any(choices, type_ref, &Bounds::default(), depth);
                        vec![(variant.name.clone(), value)]
                    }
                    Payload::Fields(fields) => fields
                        .iter()
                        .map(|field| (field.name.clone(), self.field(choices, field, depth)))
                        .collect(),
                };
                Value::Union(of.name.clone(), variant.name.clone(), held)
            }
        }
    }

    fn write_struct(&self, fields: &[Field], value: &Value, out: &mut Vec<u8>) {
        let Value::Struct(_, values) = value else {
            return;
        };
        for (field, (_, value)) in fields.iter().zip(values) {
            self.write(field.number, value, out);
        }
    }

    fn write(&self, number: u32, value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Missing => {}
            Value::Bool(value) => varint(number, u64::from(*value), out),
            Value::Number(value) => varint(number, *value, out),
            Value::Enum(_, _, value) => varint(number, u64::from(*value), out),
            Value::String(text) => block(number, text.as_bytes(), out),
            Value::Bytes(found) => block(number, &found.bytes, out),
            Value::Repeated(items) => items.iter().for_each(|item| self.write(number, item, out)),
            Value::Struct(name, _) => {
                let mut inner = Vec::new();
                self.write_struct(self.model.struct_fields(name), value, &mut inner);
                block(number, &inner, out);
            }
            Value::Union(union, variant, held) => {
                let variant = self.model.variant(union, variant);
                let mut inner = Vec::new();
                match &variant.payload {
                    Payload::Value(_) => {
                        if let Some((_, value)) = held.first() {
                            self.write(variant.number, value, &mut inner);
                        }
                    }
                    Payload::Empty => block(variant.number, &[], &mut inner),
                    Payload::Fields(fields) => {
                        let mut message = Vec::new();
                        for (field, (_, value)) in fields.iter().zip(held) {
                            self.write(field.number, value, &mut message);
                        }
                        block(variant.number, &message, &mut inner);
                    }
                }
                block(number, &inner, out);
            }
        }
    }
}

fn note_name(model: &Model, type_ref: &TypeRef, value: &Value, names: &mut BTreeSet<String>) {
    if let (TypeRef::Named(name), Value::String(text)) = (type_ref, value)
        && model.find_type(&name.kebab()).is_some()
        && name.kebab() == KEY_NAME
    {
        names.insert(text.clone());
    }
}

/// Collects every value of a named type, at any depth.
fn note(value: &Value, known: &mut BTreeMap<String, Vec<Value>>) {
    let inner = match value {
        Value::Struct(name, inner) | Value::Union(name, _, inner) => {
            let values = known.entry(name.kebab()).or_default();
            if !values.contains(value) {
                values.push(value.clone());
            }
            inner
        }
        Value::Repeated(items) => {
            items.iter().for_each(|item| note(item, known));
            return;
        }
        _ => return,
    };
    inner.iter().for_each(|(_, value)| note(value, known));
}

fn number(choices: &mut Choices<'_>, bounds: &Bounds) -> u64 {
    let edges: Vec<u64> = [bounds.min, bounds.min.map(|min| min.wrapping_sub(1))]
        .into_iter()
        .flatten()
        .collect();
    match choices.one_in(3) && !edges.is_empty() {
        true => *choices.of(&edges),
        false => *choices.of(NUMBERS),
    }
}

fn bytes(choices: &mut Choices<'_>, bounds: &Bounds) -> Value {
    let edges = [
        bounds.length,
        bounds.min,
        bounds.max.filter(|max| *max <= 4096),
    ];
    let mut lengths: Vec<usize> = edges
        .into_iter()
        .flatten()
        .flat_map(|edge| [edge, edge.saturating_sub(1), edge + 1])
        .filter_map(|edge| edge.try_into().ok())
        .collect();
    lengths.extend(LENGTHS);
    let length = *choices.of(&lengths);
    Value::Bytes(parsec_codegen::model::Bytes {
        bytes: choices.bytes(length),
        secret: false,
    })
}

fn varint(number: u32, value: u64, out: &mut Vec<u8>) {
    encode_key(number, WireType::Varint, out);
    encode_varint(value, out);
}

fn block(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}
