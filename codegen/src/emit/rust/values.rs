//! The types of arguments and results in Rust.

use super::names::{is_copy, type_name};
use crate::model::{Method, Model, TypeRef, ValueType};

pub(super) fn parameter_type(model: &Model, of: &ValueType, optional: bool) -> String {
    let single = match of {
        ValueType::Bytes if optional => "&[u8]".to_owned(),
        ValueType::Bytes => "impl AsRef<[u8]>".to_owned(),
        ValueType::Secret => "&Secret".to_owned(),
        ValueType::Text | ValueType::KeyName => "&str".to_owned(),
        ValueType::Number => "u32".to_owned(),
        ValueType::Size => "u64".to_owned(),
        ValueType::Count => "usize".to_owned(),
        ValueType::Flag => "bool".to_owned(),
        ValueType::Hash => "Hash".to_owned(),
        ValueType::Duration => "Duration".to_owned(),
        ValueType::Provider => "ProviderId".to_owned(),
        ValueType::Signature => "&Signature".to_owned(),
        ValueType::PublicKey => "&PublicKey".to_owned(),
        ValueType::PrivateKey => "&PrivateKey".to_owned(),
        ValueType::Spec => "S".to_owned(),
        ValueType::Key => "&Key".to_owned(),
        ValueType::Named(name) => {
            let type_ref = TypeRef::Named(name.clone());
            let name = type_name(model, &type_ref, "types::");
            match is_copy(model, &type_ref) {
                true => name,
                false => format!("&{name}"),
            }
        }
        ValueType::List(item) => match item.as_ref() {
            ValueType::Bytes => "&[impl AsRef<[u8]>]".to_owned(),
            ValueType::Text | ValueType::KeyName => "&[&str]".to_owned(),
            ValueType::Signature => "&[Signature]".to_owned(),
            other => format!("&[{}]", parameter_type(model, other, false)),
        },
        other => unreachable!("the checks reject an argument of type {other:?}"),
    };
    match of {
        // An empty value has the same meaning.
        ValueType::Flag | ValueType::Bytes | ValueType::List(_) => single,
        _ if optional => format!("Option<{single}>"),
        _ => single,
    }
}

pub(super) fn return_type(
    model: &Model,
    method: &Method,
    of: &ValueType,
    blocking: bool,
) -> String {
    match of {
        ValueType::Bytes => "Vec<u8>".to_owned(),
        ValueType::Secret => "Zeroizing<Vec<u8>>".to_owned(),
        ValueType::Text => "String".to_owned(),
        ValueType::Number => "u32".to_owned(),
        ValueType::Size => "u64".to_owned(),
        ValueType::Flag => "bool".to_owned(),
        ValueType::Signature => "Signature".to_owned(),
        ValueType::Csr => "Csr".to_owned(),
        ValueType::Key => "Key".to_owned(),
        ValueType::KeyOfSpec if blocking => "S::BlockingHandle".to_owned(),
        ValueType::KeyOfSpec => "S::Handle".to_owned(),
        ValueType::SelfHandle => "Self".to_owned(),
        ValueType::Handle(name) => name.camel(),
        ValueType::Stream => "Stream".to_owned(),
        ValueType::Version => "(u32, u32)".to_owned(),
        ValueType::OperationName => "Opcode".to_owned(),
        ValueType::Record => method.record().map_or_else(String::new, |operation| {
            format!("operations::{}Output", operation.rust_type())
        }),
        ValueType::Named(name) => type_name(model, &TypeRef::Named(name.clone()), "types::"),
        ValueType::List(item) => format!("Vec<{}>", return_type(model, method, item, blocking)),
        ValueType::Optional(item) => {
            format!("Option<{}>", return_type(model, method, item, blocking))
        }
        other => unreachable!("the checks reject a result of type {other:?}"),
    }
}
