//! Arguments and results of methods, as Kotlin writes and converts them.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase as _;

use super::names::{argument_name, class};
use crate::emit::uniffi::names::{is_option, record, response};
use crate::model::{Argument, Language, Method, Model, Name, ValueType};

pub(super) fn parameter(method: &Method, argument: &Argument) -> String {
    let name = argument_name(argument);
    let of = match (&argument.value_type, &method.returns) {
        (ValueType::Spec, Some(ValueType::KeyOfSpec)) => "KeySpec<K>".to_owned(),
        (of, _) => parameter_type(of),
    };
    match (&argument.optional, &argument.value_type) {
        (None, _) => format!("{name}: {of}"),
        (Some(_), ValueType::Flag) => format!("{name}: {of} = false"),
        (Some(_), ValueType::Bytes) => format!("{name}: {of} = nothing"),
        (Some(_), ValueType::List(_)) => format!("{name}: {of} = emptyList()"),
        (Some(_), _) => format!("{name}: {of}? = null"),
    }
}

fn parameter_type(of: &ValueType) -> String {
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
        ValueType::Named(name) => named(name),
        ValueType::List(item) => format!("List<{}>", parameter_type(item)),
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
pub(super) fn type_class(name: &Name) -> String {
    name.rust_type().to_upper_camel_case()
}

/// The class that methods take or return for a contract's type.
fn named(name: &Name) -> String {
    face(name).map_or_else(|| type_class(name), str::to_owned)
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
        plain => parameter_type(plain),
    }
}

/// The expression that the binding takes for an argument.
pub(super) fn native_value(argument: &Argument) -> Vec<String> {
    let name = argument_name(argument);
    let checked = match is_option(argument) {
        true => format!("{name}?.lower(\"{name}\")"),
        false => format!("{name}.lower(\"{name}\")"),
    };
    let value = match &argument.value_type {
        ValueType::Number | ValueType::Count | ValueType::Size => checked,
        ValueType::Duration if is_option(argument) => format!("{name}?.let(::millis)"),
        ValueType::Duration => format!("millis({name})"),
        ValueType::Spec => format!("{name}.native"),
        ValueType::PublicKey => format!("PublicMaterial.Der({name}.toDer())"),
        ValueType::Signature => return vec![name, "SignatureForm.DER".to_owned()],
        of if is_converted(of) => match is_option(argument) {
            true => format!("{name}?.lower()"),
            false => format!("{name}.lower()"),
        },
        ValueType::List(item) => match item.as_ref() {
            ValueType::Signature => return vec![name, "SignatureForm.DER".to_owned()],
            item if is_converted(item) => format!("{name}.map {{ it.lower() }}"),
            ValueType::Number | ValueType::Count | ValueType::Size => {
                format!("{name}.map {{ it.lower(\"{name}\") }}")
            }
            _ => name,
        },
        _ => name,
    };
    vec![value]
}

/// Whether the binding has another class for values of this type.
fn is_converted(of: &ValueType) -> bool {
    match of {
        ValueType::Hash | ValueType::Provider => true,
        ValueType::Named(name) => face(name).is_none(),
        _ => false,
    }
}

/// The conversion after the call of the binding.
pub(super) fn inner_conversion(method: &Method) -> &'static str {
    match &method.returns {
        Some(ValueType::Record) => ".lift()",
        Some(of) if is_converted(of) => ".lift()",
        Some(ValueType::Optional(item)) if is_converted(item) => "?.lift()",
        Some(ValueType::Signature) => ".der",
        Some(ValueType::Number | ValueType::Size) => ".lift()",
        Some(ValueType::List(item)) => match item.as_ref() {
            ValueType::Signature => ".map { it.der }",
            ValueType::Number | ValueType::Size => ".map { it.lift() }",
            item if is_converted(item) => ".map { it.lift() }",
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

/// Types of the package of the client that no method names directly: fields of keys and of results.
const ROOT_TYPES: &[&str] = &["hash", "key-attributes", "client-limits"];

/// The types of the contracts in the package of the client: those that methods take or return. The others are in
/// the package of the raw operations.
pub(super) fn root_types(model: &Model) -> BTreeSet<&Name> {
    let handles = model.handles.iter();
    let methods = handles.flat_map(|handle| &handle.methods);
    let generated = methods.filter(|method| method.is_generated_in(Language::Kotlin));
    let named = generated.flat_map(|method| {
        let arguments = method.arguments.iter().map(|argument| &argument.value_type);
        arguments
            .chain(&method.returns)
            .filter_map(ValueType::named)
    });
    let named = named.filter(|name| face(name).is_none());
    let fixed = model
        .types()
        .map(|of| &of.name)
        .filter(|name| ROOT_TYPES.contains(&name.kebab().as_str()));
    named.chain(fixed).collect()
}
