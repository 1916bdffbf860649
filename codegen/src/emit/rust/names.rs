//! The names of types, variants, classes and arguments in Rust.

use crate::model::{
    Argument, Field, Form, Handle, Language, Method, Model, Name, Payload, TypeRef,
};

/// Returns the lines of a doc comment, without the comment marker.
pub(in crate::emit) fn doc_lines(doc: &str) -> Vec<String> {
    doc.trim()
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// Returns the name of an enum variant. Only `Self` is reserved.
pub(in crate::emit) fn variant_name(name: &Name) -> String {
    let camel = name.camel();
    if camel == "Self" {
        "Self_".to_owned()
    } else {
        camel
    }
}

/// Returns the Rust type of a field. `scope` is the path to the module of the types.
pub(in crate::emit) fn field_type(model: &Model, field: &Field, scope: &str) -> String {
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

/// Returns the Rust type that a reference names.
pub(in crate::emit) fn type_name(model: &Model, type_ref: &TypeRef, scope: &str) -> String {
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

/// Returns the builtin type of a scalar, or `None` for other types.
pub(in crate::emit) fn scalar(model: &Model, type_ref: &TypeRef) -> Option<TypeRef> {
    match type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => scalar(model, base),
            _ => None,
        },
        builtin => Some(builtin.clone()),
    }
}

/// Returns whether the type implements `Copy`.
pub(in crate::emit) fn is_copy(model: &Model, type_ref: &TypeRef) -> bool {
    match type_ref {
        TypeRef::Bool | TypeRef::Uint32 | TypeRef::Uint64 => true,
        TypeRef::String | TypeRef::Bytes => false,
        TypeRef::Named(name) => is_copy_form(model, &model.type_named(&name.kebab()).form),
    }
}

/// See [`is_copy`].
pub(in crate::emit) fn is_copy_form(model: &Model, form: &Form) -> bool {
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

/// Returns whether one of the fields is a secret.
pub(in crate::emit) fn has_secret(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.secret)
}

/// Returns the name of the class.
pub(super) fn class(handle: &Handle) -> String {
    handle.name.camel()
}

/// Returns the arguments of a method, or of its variant with the optional arguments, which come
/// first in that case.
pub(in crate::emit) fn arguments(method: &Method, with: bool) -> Vec<&Argument> {
    let all = method.arguments_in(Language::Rust);
    if method.rust_with.is_none() {
        return all;
    }
    let (optional, needed): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|argument| argument.optional.is_some());
    match with {
        true => optional.into_iter().chain(needed).collect(),
        false => needed,
    }
}
