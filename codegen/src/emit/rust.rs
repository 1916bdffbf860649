//! What the emitters of Rust share: types, docs and paths.

use crate::model::{Field, Form, Model, Name, Payload, TypeRef};

/// The lines of a doc comment, without the signs.
pub(super) fn doc_lines(doc: &str) -> Vec<String> {
    doc.trim()
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// A variant of an enum: only `Self` cannot be one.
pub(super) fn variant_name(name: &Name) -> String {
    let camel = name.camel();
    if camel == "Self" {
        "Self_".to_owned()
    } else {
        camel
    }
}

/// The Rust type of a field; `scope` leads to the module of the types.
pub(super) fn field_type(model: &Model, field: &Field, scope: &str) -> String {
    let single = if field.secret && scalar(model, &field.type_ref) == Some(TypeRef::Bytes) {
        "Secret".to_owned()
    } else {
        type_name(model, &field.type_ref, scope)
    };
    match (field.repeated, field.optional) {
        (true, _) => format!("Vec<{single}>"),
        (false, true) => format!("Option<{single}>"),
        (false, false) => single,
    }
}

/// The Rust type that a reference names.
pub(super) fn type_name(model: &Model, type_ref: &TypeRef, scope: &str) -> String {
    match type_ref {
        TypeRef::Bool => "bool".to_owned(),
        TypeRef::Uint32 => "u32".to_owned(),
        TypeRef::Uint64 => "u64".to_owned(),
        TypeRef::String => "String".to_owned(),
        TypeRef::Bytes => "Vec<u8>".to_owned(),
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => type_name(model, base, scope),
            _ => format!("{scope}{}", name.rust_type()),
        },
    }
}

/// The builtin type at the bottom of a reference, if it is one.
pub(super) fn scalar(model: &Model, type_ref: &TypeRef) -> Option<TypeRef> {
    match type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => scalar(model, base),
            _ => None,
        },
        builtin => Some(builtin.clone()),
    }
}

/// Whether values of the type are copied rather than moved.
pub(super) fn is_copy(model: &Model, type_ref: &TypeRef) -> bool {
    match type_ref {
        TypeRef::Bool | TypeRef::Uint32 | TypeRef::Uint64 => true,
        TypeRef::String | TypeRef::Bytes => false,
        TypeRef::Named(name) => is_copy_form(model, &model.type_named(&name.kebab()).form),
    }
}

/// See [`is_copy`].
pub(super) fn is_copy_form(model: &Model, form: &Form) -> bool {
    match form {
        Form::Scalar(base, _) => is_copy(model, base),
        Form::Enum(_) => true,
        Form::Struct(fields) => fields.iter().all(|field| is_copy_field(model, field)),
        Form::Union(variants) => variants.iter().all(|variant| match &variant.payload {
            Payload::Empty => true,
            Payload::Value(type_ref) => is_copy(model, type_ref),
            Payload::Fields(fields) => fields.iter().all(|field| is_copy_field(model, field)),
        }),
    }
}

fn is_copy_field(model: &Model, field: &Field) -> bool {
    !field.repeated && is_copy(model, &field.type_ref)
}

/// Whether a message with these fields holds a secret itself.
pub(super) fn has_secret(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.secret)
}
