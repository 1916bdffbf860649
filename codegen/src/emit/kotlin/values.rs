//! Arguments and results of methods, as Kotlin writes and converts them.

use std::collections::BTreeSet;

use super::names::{argument_name, class};
use crate::emit::rust::names::{doc_lines, type_name};
use crate::emit::uniffi::names::{is_option, record, response};
use crate::model::{Argument, Form, Language, Method, Model, Name, TypeRef, ValueType};

pub(super) fn parameter(model: &Model, method: &Method, argument: &Argument) -> String {
    let name = argument_name(argument);
    let of = match (&argument.value_type, &method.returns) {
        (ValueType::Spec, Some(ValueType::KeyOfSpec)) => "KeySpec<K>".to_owned(),
        (of, _) => parameter_type(model, of),
    };
    match (&argument.optional, &argument.value_type) {
        (None, _) => format!("{name}: {of}"),
        (Some(_), ValueType::Flag) => format!("{name}: {of} = false"),
        (Some(_), ValueType::Bytes) => format!("{name}: {of} = nothing"),
        (Some(_), ValueType::List(_)) => format!("{name}: {of} = emptyList()"),
        (Some(_), _) => format!("{name}: {of}? = null"),
    }
}

fn parameter_type(model: &Model, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature => "ByteArray".to_owned(),
        ValueType::Text | ValueType::KeyName | ValueType::Passphrase => "String".to_owned(),
        ValueType::Number | ValueType::Count => "Int".to_owned(),
        ValueType::Size => "Long".to_owned(),
        ValueType::Flag => "Boolean".to_owned(),
        ValueType::Hash => "Hash".to_owned(),
        ValueType::Duration => "Duration".to_owned(),
        ValueType::Provider => "Provider".to_owned(),
        ValueType::PublicKey => "PublicKey".to_owned(),
        ValueType::Spec => "KeySpec<*>".to_owned(),
        ValueType::Named(name) => named(model, name),
        ValueType::List(item) => format!("List<{}>", parameter_type(model, item)),
        other => unreachable!("Kotlin has no argument of type {other:?} but by hand"),
    }
}

/// Types of the contracts for which the package has a class of its own.
const FACES: &[(&str, &str)] = &[("key-info", "KeyEntry")];

fn face(name: &Name) -> Option<&'static str> {
    let mut faces = FACES.iter();
    faces
        .find(|(of, _)| *of == name.kebab())
        .map(|(_, face)| *face)
}

/// The class of a contract's type.
fn named(model: &Model, name: &Name) -> String {
    match face(name) {
        Some(face) => face.to_owned(),
        None => type_name(model, &TypeRef::Named(name.clone()), ""),
    }
}

pub(super) fn return_type(model: &Model, method: &Method) -> String {
    match (&method.returns, method.verdict) {
        (_, true) => "Boolean".to_owned(),
        (None, false) => "Unit".to_owned(),
        (Some(of), false) => result_type(model, method, of),
    }
}

fn result_type(model: &Model, method: &Method, of: &ValueType) -> String {
    match of {
        ValueType::Csr => "Csr".to_owned(),
        ValueType::Key => "Key".to_owned(),
        ValueType::KeyOfSpec | ValueType::SelfHandle => "K".to_owned(),
        ValueType::Handle(name) => class(model.handle_named(name)),
        ValueType::Version => "ProtocolVersion".to_owned(),
        ValueType::OperationName => "String".to_owned(),
        ValueType::Record => record(model, method).map_or_else(String::new, response),
        ValueType::List(item) => format!("List<{}>", result_type(model, method, item)),
        ValueType::Optional(item) => format!("{}?", result_type(model, method, item)),
        plain => parameter_type(model, plain),
    }
}

/// The expression that the binding takes for an argument.
pub(super) fn native_value(argument: &Argument) -> Vec<String> {
    let name = argument_name(argument);
    let checked = |function: &str| match is_option(argument) {
        true => format!("{name}?.let {{ {function}(it, \"{name}\") }}"),
        false => format!("{function}({name}, \"{name}\")"),
    };
    let value = match &argument.value_type {
        ValueType::Number | ValueType::Count => checked("count"),
        ValueType::Size => checked("size"),
        ValueType::Duration if is_option(argument) => format!("{name}?.let(::millis)"),
        ValueType::Duration => format!("millis({name})"),
        ValueType::Spec => format!("{name}.native"),
        ValueType::PublicKey => format!("PublicMaterial.Der({name}.toDer())"),
        ValueType::Signature => return vec![name, "SignatureForm.DER".to_owned()],
        ValueType::List(item) => match item.as_ref() {
            ValueType::Signature => return vec![name, "SignatureForm.DER".to_owned()],
            ValueType::Number | ValueType::Count => {
                format!("{name}.map {{ count(it, \"{name}\") }}")
            }
            ValueType::Size => format!("{name}.map {{ size(it, \"{name}\") }}"),
            _ => name,
        },
        _ => name,
    };
    vec![value]
}

/// The conversion after the call of the binding.
pub(super) fn inner_conversion(method: &Method) -> &'static str {
    match &method.returns {
        Some(ValueType::Signature) => ".der",
        Some(ValueType::Number) => ".toInt()",
        Some(ValueType::Size) => ".toLong()",
        Some(ValueType::List(item)) => match item.as_ref() {
            ValueType::Signature => ".map { it.der }",
            ValueType::Number => ".map { it.toInt() }",
            _ => "",
        },
        _ => "",
    }
}

/// The code around the call.
pub(super) fn outer_conversion(model: &Model, method: &Method) -> (String, String) {
    let around = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    match &method.returns {
        Some(ValueType::Csr) => around("Csr(", ")"),
        Some(ValueType::Version) => around("ProtocolVersion(", ")"),
        Some(ValueType::Key) => around("Key.of(", ", timeoutMs)"),
        Some(ValueType::Handle(name)) => {
            let class = class(model.handle_named(name));
            around("Key.of(", &format!(", timeoutMs) as {class}"))
        }
        Some(ValueType::KeyOfSpec) => around("spec.made(", ", timeoutMs)"),
        Some(ValueType::SelfHandle) => around("again(", ")"),
        Some(ValueType::Named(name)) => match face(name) {
            Some(face) => around(&format!("{face}("), ")"),
            None => around("", ""),
        },
        Some(ValueType::List(item)) => match item.named().and_then(face) {
            Some(face) => around("", &format!(".map(::{face})")),
            None => around("", ""),
        },
        _ => around("", ""),
    }
}

/// Whether the type is a sealed class, whose subclasses cannot be named through an alias.
fn is_union(model: &Model, name: &Name) -> bool {
    matches!(model.type_named(&name.kebab()).form, Form::Union(_))
}

/// The sealed classes of the binding, for their imports.
pub(super) fn unions(model: &Model) -> impl Iterator<Item = String> {
    let unions = model.types().filter(move |of| is_union(model, &of.name));
    unions.map(move |of| named(model, &of.name))
}

/// The types of the contracts that methods take or return and that have aliases, with their documentation.
pub(super) fn named_types(model: &Model) -> Vec<(Vec<String>, String)> {
    let handles = model.handles.iter();
    let methods = handles.flat_map(|handle| &handle.methods);
    let generated = methods.filter(|method| method.is_generated_in(Language::Kotlin));
    let names: BTreeSet<&Name> = generated
        .flat_map(|method| {
            let arguments = method.arguments.iter().map(|argument| &argument.value_type);
            arguments.chain(&method.returns)
        })
        .filter_map(ValueType::named)
        .filter(|name| face(name).is_none() && !is_union(model, name))
        .collect();
    names
        .into_iter()
        .map(|name| {
            let doc = doc_lines(&model.type_named(&name.kebab()).doc);
            (doc, named(model, name))
        })
        .collect()
}
