//! Arguments and results of methods, as TypeScript writes and checks them.

use crate::emit::keywords;
use crate::model::{Argument, Language, Method, Model, Name, ValueType};

/// The type of an argument.
pub(super) fn argument_type(method: &Method, argument: &Argument) -> String {
    match argument.value_type {
        ValueType::KeyName if names_existing_key(method) => "Key | string".to_owned(),
        ref of => parameter_type(of),
    }
}

fn parameter_type(of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature => "Bytes".to_owned(),
        ValueType::Text | ValueType::KeyName => "string".to_owned(),
        ValueType::Number | ValueType::Size | ValueType::Count | ValueType::Duration => {
            "number".to_owned()
        }
        ValueType::Flag => "boolean".to_owned(),
        ValueType::Hash => "HashName".to_owned(),
        ValueType::Provider => "Provider".to_owned(),
        ValueType::PublicKey => "PublicKeyMaterial".to_owned(),
        ValueType::Named(name) => contract_type(name),
        ValueType::List(item) => format!("readonly {}[]", parameter_type(item)),
        other => unreachable!("Node.js has no argument of type {other:?} but by hand"),
    }
}

/// A type of the contracts.
fn contract_type(name: &Name) -> String {
    format!("types.{}", keywords::node_type(&name.camel()))
}

/// The function that checks an argument, and what to call its result if that differs from the argument.
pub(super) fn check(method: &Method, argument: &Argument) -> (&'static str, Option<&'static str>) {
    match &argument.value_type {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature => ("bytes", Some("Bytes")),
        ValueType::KeyName if names_existing_key(method) => ("nameOf", Some("Name")),
        ValueType::KeyName => ("keyName", None),
        ValueType::Text => ("text", None),
        ValueType::Number | ValueType::Count | ValueType::Duration => ("whole", None),
        ValueType::Size => ("size", None),
        ValueType::Flag => ("flag", None),
        ValueType::Hash => ("hashName", Some("Function")),
        ValueType::Provider => ("providerNumber", Some("Id")),
        ValueType::PublicKey => ("publicMaterial", Some("Material")),
        ValueType::Named(_) => ("structure", Some("Value")),
        ValueType::List(item) => match item.as_ref() {
            ValueType::Bytes | ValueType::Signature => ("bytesList", Some("List")),
            ValueType::Text | ValueType::KeyName => ("textList", Some("List")),
            _ => ("numberList", Some("List")),
        },
        other => unreachable!("Node.js has no argument of type {other:?} but by hand"),
    }
}

/// Whether a name of a key is that of an existing one, for which its handle does as well.
fn names_existing_key(method: &Method) -> bool {
    !method.changes
}

/// The least value of a number, if an operation says so.
pub(super) fn least(model: &Model, method: &Method, argument: &Argument) -> Option<u64> {
    if argument.value_type != ValueType::Number {
        return None;
    }
    let reached = model.operations.iter();
    reached
        .filter(|operation| method.reaches.contains(&operation.name))
        .flat_map(|operation| &operation.inputs)
        .find(|field| field.name == argument.input)
        .and_then(|field| field.bounds.min)
}

/// The type of a method's result.
pub(super) fn return_type(model: &Model, method: &Method) -> String {
    match &method.returns {
        None if method.verdict => "boolean".to_owned(),
        None => "void".to_owned(),
        Some(ValueType::Record) => method.record().map_or_else(String::new, |operation| {
            format!("types.{}OperationOutput", operation.camel())
        }),
        Some(of) => match (method.own_result_in(Language::Node), of) {
            (None, _) => result_type(model, of),
            (Some(own), ValueType::List(_)) => format!("{own}[]"),
            (Some(own), _) => own.to_owned(),
        },
    }
}

fn result_type(model: &Model, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature => "OwnBytes".to_owned(),
        ValueType::Text | ValueType::OperationName => "string".to_owned(),
        ValueType::Number | ValueType::Size => "number".to_owned(),
        ValueType::Flag => "boolean".to_owned(),
        ValueType::Csr => "Csr".to_owned(),
        ValueType::Key => "AnyKey".to_owned(),
        ValueType::KeyOfSpec => "KeyFor<A>".to_owned(),
        ValueType::SelfHandle => "this".to_owned(),
        ValueType::Handle(name) => model.handle_named(name).name.camel(),
        ValueType::Version => "{ major: number; minor: number }".to_owned(),
        ValueType::Named(name) => contract_type(name),
        ValueType::List(item) => format!("{}[]", result_type(model, item)),
        ValueType::Optional(item) => format!("{} | undefined", result_type(model, item)),
        other => unreachable!("Node.js has no result of type {other:?} but by hand"),
    }
}

/// The result of a method, out of the addon's. A new key has the type of its kind, unless the caller may give
/// attributes.
pub(super) fn result(model: &Model, method: &Method, called: &str, of_any_kind: bool) -> String {
    let returned = return_type(model, method);
    match &method.returns {
        None => format!("await {called}"),
        Some(ValueType::KeyOfSpec) if of_any_kind => {
            format!("return this.calls.made(await {called})")
        }
        Some(ValueType::List(item)) if method.own_result_in(Language::Node).is_some() => {
            let own = method.own_result_in(Language::Node).unwrap_or_default();
            let convert = Name::new(own).lower_camel();
            let items = result_type(model, item);
            format!("return (fromContract(await {called}) as {items}[]).map({convert})")
        }
        Some(ValueType::KeyOfSpec | ValueType::Key | ValueType::Handle(_)) => {
            format!("return this.calls.made(await {called}) as {returned}")
        }
        Some(ValueType::SelfHandle) => format!("return this.same(await {called})"),
        Some(ValueType::Csr) => format!("return new Csr(await {called})"),
        Some(ValueType::Named(_) | ValueType::Record | ValueType::Version) => {
            format!("return fromContract(await {called}) as {returned}")
        }
        Some(ValueType::List(item) | ValueType::Optional(item))
            if matches!(**item, ValueType::Named(_)) =>
        {
            format!("return fromContract(await {called}) as {returned}")
        }
        Some(_) => format!("return await {called}"),
    }
}
