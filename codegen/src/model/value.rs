//! Values of examples, parsed according to their types.

use super::{Field, Form, Model, Name, Payload, Type, TypeRef, Variant};

/// A value of a type of the contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(u64),
    /// Text.
    String(String),
    /// Bytes.
    Bytes(Bytes),
    /// A value of an enum: the names of the type and of the value, and the number.
    Enum(Name, Name, u32),
    /// The fields of a struct, in order.
    Struct(Name, Vec<(Name, Self)>),
    /// A variant: the names of the type and of the variant, and its fields.
    Union(Name, Name, Vec<(Name, Self)>),
    /// An array.
    Repeated(Vec<Self>),
    /// An optional value that is omitted.
    Missing,
}

/// Bytes of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether they are secret.
    pub secret: bool,
}

/// Reads the values of the fields of a message.
///
/// # Errors
///
/// The path to the value that does not have the right type, and the reason.
pub(crate) fn read_fields(
    model: &Model,
    fields: &[Field],
    table: &toml::Table,
) -> Result<Vec<Value>, (Vec<String>, String)> {
    if let Some(unknown) = table
        .keys()
        .find(|key| !fields.iter().any(|f| f.name.as_written() == *key))
    {
        return Err((vec![unknown.clone()], "unknown field".to_owned()));
    }
    fields
        .iter()
        .map(|field| {
            let name = field.name.as_written();
            read_field(model, field, table.get(name)).map_err(|(mut path, why)| {
                path.insert(0, name.to_owned());
                (path, why)
            })
        })
        .collect()
}

type Fault = (Vec<String>, String);

/// Reads a value of a type.
///
/// # Errors
///
/// The errors of [`read_fields`].
pub(crate) fn read_value(
    model: &Model,
    type_ref: &TypeRef,
    value: &toml::Value,
) -> Result<Value, Fault> {
    read(model, type_ref, false, value)
}

fn fault<T>(why: impl Into<String>) -> Result<T, Fault> {
    Err((Vec::new(), why.into()))
}

fn read_field(model: &Model, field: &Field, value: Option<&toml::Value>) -> Result<Value, Fault> {
    let Some(value) = value else {
        return missing(model, field);
    };
    if field.repeated {
        let Some(items) = value.as_array() else {
            return fault("expected an array");
        };
        let items = items.iter().enumerate().map(|(index, item)| {
            read(model, &field.type_ref, field.secret, item).map_err(|(mut path, why)| {
                path.insert(0, index.to_string());
                (path, why)
            })
        });
        return items.collect::<Result<_, _>>().map(Value::Repeated);
    }
    read(model, &field.type_ref, field.secret, value)
}

/// Returns the value of a field that an example omits.
fn missing(model: &Model, field: &Field) -> Result<Value, Fault> {
    if field.optional {
        return Ok(Value::Missing);
    }
    match scalar_below(model, &field.type_ref) {
        TypeRef::Bool => Ok(Value::Bool(false)),
        TypeRef::Uint32 | TypeRef::Uint64 => Ok(Value::Number(0)),
        _ if field.repeated => Ok(Value::Repeated(Vec::new())),
        _ => fault("a value is missing"),
    }
}

fn scalar_below(model: &Model, type_ref: &TypeRef) -> TypeRef {
    if let TypeRef::Named(name) = type_ref
        && let Form::Scalar(base, _) = &model.type_named(&name.kebab()).form
    {
        return base.clone();
    }
    type_ref.clone()
}

fn read(
    model: &Model,
    type_ref: &TypeRef,
    secret: bool,
    value: &toml::Value,
) -> Result<Value, Fault> {
    match type_ref {
        TypeRef::Bool => match value.as_bool() {
            Some(value) => Ok(Value::Bool(value)),
            None => fault("expected true or false"),
        },
        TypeRef::Uint32 => match value.as_integer().and_then(|n| u32::try_from(n).ok()) {
            Some(value) => Ok(Value::Number(value.into())),
            None => fault("expected a number from 0 to 4294967295"),
        },
        TypeRef::Uint64 => match value.as_integer().and_then(|n| u64::try_from(n).ok()) {
            Some(value) => Ok(Value::Number(value)),
            None => fault("expected a non-negative number"),
        },
        TypeRef::String => match value.as_str() {
            Some(value) => Ok(Value::String(value.to_owned())),
            None => fault("expected a string"),
        },
        TypeRef::Bytes => read_bytes(value).map(|bytes| Value::Bytes(Bytes { bytes, secret })),
        TypeRef::Named(name) => read_named(model, model.type_named(&name.kebab()), secret, value),
    }
}

fn read_bytes(value: &toml::Value) -> Result<Vec<u8>, Fault> {
    const FORM: &str = "write bytes as { hex = \"00ff\" } or { text = \"hello\" }";
    let Some(table) = value.as_table().filter(|table| table.len() == 1) else {
        return fault(FORM);
    };
    match (table.get("hex"), table.get("text")) {
        (Some(toml::Value::String(digits)), None) => {
            hex::decode(digits).or_else(|error| fault(format!("invalid hex: {error}")))
        }
        (None, Some(toml::Value::String(text))) => Ok(text.as_bytes().to_vec()),
        _ => fault(FORM),
    }
}

fn read_named(
    model: &Model,
    named: &Type,
    secret: bool,
    value: &toml::Value,
) -> Result<Value, Fault> {
    match &named.form {
        Form::Scalar(base, _) => read(model, base, secret, value),
        Form::Enum(values) => {
            let found = value
                .as_str()
                .and_then(|text| values.values.iter().find(|v| v.name.as_written() == text));
            match found {
                Some(found) => Ok(Value::Enum(
                    named.name.clone(),
                    found.name.clone(),
                    found.number,
                )),
                None => fault(format!("expected the name of a value of `{}`", named.name)),
            }
        }
        Form::Struct(fields) => {
            let Some(table) = value.as_table() else {
                return fault(format!(
                    "expected a table with the fields of `{}`",
                    named.name
                ));
            };
            let values = read_fields(model, fields, table)?;
            let names = fields.iter().map(|field| field.name.clone());
            Ok(Value::Struct(
                named.name.clone(),
                names.zip(values).collect(),
            ))
        }
        Form::Union(variants) => read_union(model, named, variants, value),
    }
}

fn read_union(
    model: &Model,
    union: &Type,
    variants: &[Variant],
    value: &toml::Value,
) -> Result<Value, Fault> {
    let chosen = match value {
        toml::Value::String(text) => Some((text.as_str(), None)),
        toml::Value::Table(table) if table.len() == 1 => table
            .iter()
            .next()
            .map(|(key, value)| (key.as_str(), Some(value))),
        _ => None,
    };
    let Some((name, payload)) = chosen else {
        return fault(format!("expected a variant of `{}`", union.name));
    };
    let Some(variant) = variants.iter().find(|v| v.name.as_written() == name) else {
        let Some(short) = variants.iter().find(|v| v.shorthand) else {
            return fault(format!("`{}` has no variant `{name}`", union.name));
        };
        return read_payload(model, union, short, Some(value));
    };
    read_payload(model, union, variant, payload)
}

fn read_payload(
    model: &Model,
    union: &Type,
    variant: &Variant,
    payload: Option<&toml::Value>,
) -> Result<Value, Fault> {
    let held = match (&variant.payload, payload) {
        (Payload::Empty, None) => Vec::new(),
        (Payload::Empty, Some(_)) => return fault(format!("`{}` has no value", variant.name)),
        (Payload::Value(type_ref), Some(value)) => {
            vec![(Name::new("value"), read(model, type_ref, false, value)?)]
        }
        (Payload::Fields(fields), Some(toml::Value::Table(table)))
            if fields
                .iter()
                .all(|field| table.contains_key(field.name.as_written())) =>
        {
            let values = read_fields(model, fields, table)?;
            fields
                .iter()
                .map(|field| field.name.clone())
                .zip(values)
                .collect()
        }
        (Payload::Fields(fields), Some(value)) if fields.len() == 1 => {
            vec![(
                fields[0].name.clone(),
                read_field(model, &fields[0], Some(value))?,
            )]
        }
        (Payload::Fields(_) | Payload::Value(_), _) => {
            return fault(format!("`{}` needs a value", variant.name));
        }
    };
    Ok(Value::Union(union.name.clone(), variant.name.clone(), held))
}
