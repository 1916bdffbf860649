//! Arguments and results of methods, as Swift writes and converts them.

use super::names::variable;
use super::variants::Variant;
use crate::emit::keywords;
use crate::emit::uniffi::names::{foreign, is_option, native_argument, record};
use crate::model::{Argument, Field, Form, Language, Method, Model, Name, TypeRef, ValueType};

pub(super) fn default(model: &Model, argument: &Argument) -> String {
    if let Some(default) = argument.default_in(Language::Swift) {
        let name = Name::new(default);
        return match argument.value_type {
            ValueType::Spec => format!(" = {}.self", kind_name(model, &name)),
            _ => format!(" = .{}", keywords::swift(&name.lower_camel())),
        };
    }
    let default = match (&argument.optional, &argument.value_type) {
        (None, _) => "",
        (Some(_), ValueType::Flag) => " = false",
        (Some(_), ValueType::Bytes) => " = Data()",
        (Some(_), ValueType::List(_)) => " = []",
        (Some(_), _) => "? = nil",
    };
    default.to_owned()
}

pub(super) fn parameter_type(model: &Model, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret => "some DataProtocol".to_owned(),
        ValueType::Text | ValueType::KeyName | ValueType::Passphrase => "String".to_owned(),
        ValueType::Number | ValueType::Count => "Int".to_owned(),
        ValueType::Size => "UInt64".to_owned(),
        ValueType::Flag => "Bool".to_owned(),
        ValueType::Hash => "Contract.Hash".to_owned(),
        ValueType::Provider => "Provider".to_owned(),
        ValueType::Signature => "Signature".to_owned(),
        ValueType::Spec => "KeySpec".to_owned(),
        ValueType::Named(name) => type_name(model, &TypeRef::Named(name.clone())),
        ValueType::List(item) => match item.as_ref() {
            ValueType::Bytes | ValueType::Secret => "[Data]".to_owned(),
            item => format!("[{}]", parameter_type(model, item)),
        },
        other => unreachable!("Swift has no argument of type {other:?} but by hand"),
    }
}

fn type_name(model: &Model, of: &TypeRef) -> String {
    match of {
        TypeRef::Bool => "Bool".to_owned(),
        TypeRef::Uint32 => "UInt32".to_owned(),
        TypeRef::Uint64 => "UInt64".to_owned(),
        TypeRef::String => "String".to_owned(),
        TypeRef::Bytes => "Data".to_owned(),
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => type_name(model, base),
            _ => format!("Contract.{}", keywords::swift_type(&name.camel())),
        },
    }
}

fn field_type(model: &Model, field: &Field) -> String {
    let single = type_name(model, &field.type_ref);
    match (field.repeated, field.optional) {
        (true, _) => format!("[{single}]"),
        (false, true) => format!("{single}?"),
        (false, false) => single,
    }
}

pub(super) fn return_type(model: &Model, method: &Method, with_kind: bool) -> String {
    match (&method.returns, method.verdict) {
        (_, true) => "Bool".to_owned(),
        (None, false) => String::new(),
        (Some(ValueType::KeyOfSpec | ValueType::Key), _) if with_kind => {
            "NewKind.Handle".to_owned()
        }
        (Some(ValueType::Handle(_)), _) if with_kind => "NewKind.VerifyingHandle".to_owned(),
        (Some(of), false) => match (method.own_result_in(Language::Swift), of) {
            (None, _) => result_type(model, method, of),
            (Some(own), ValueType::List(_)) => format!("[{own}]"),
            (Some(own), _) => own.to_owned(),
        },
    }
}

fn result_type(model: &Model, method: &Method, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret => "Data".to_owned(),
        ValueType::Number => "UInt32".to_owned(),
        ValueType::Csr => "CertificateSigningRequest".to_owned(),
        ValueType::Key | ValueType::KeyOfSpec | ValueType::Handle(_) => "AnyKey".to_owned(),
        ValueType::SelfHandle => "Self".to_owned(),
        ValueType::Version => "(major: UInt32, minor: UInt32)".to_owned(),
        ValueType::OperationName => "String".to_owned(),
        ValueType::Record => {
            let fields = record(model, method).into_iter().flat_map(|of| &of.outputs);
            let fields: Vec<String> = fields
                .map(|field| format!("{}: {}", field.name.lower_camel(), field_type(model, field)))
                .collect();
            format!("({})", fields.join(", "))
        }
        ValueType::List(item) => format!("[{}]", result_type(model, method, item)),
        ValueType::Optional(item) => format!("{}?", result_type(model, method, item)),
        plain => parameter_type(model, plain),
    }
}

/// The statement that converts an argument before it is captured, for one that cannot be sent or may be wrong.
pub(super) fn converted(argument: &Argument, variant: Variant) -> Option<String> {
    let name = variable(argument);
    let label = argument.name.lower_camel();
    if argument.own_type_in(Language::Swift).is_some() {
        return Some(format!("let {name} = {name}.native"));
    }
    Some(match &argument.value_type {
        ValueType::PrivateKey | ValueType::PublicKey => {
            let bytes = variant.bytes(&argument.value_type, &name)?;
            format!("let {name} = {bytes}")
        }
        ValueType::Bytes | ValueType::Secret => format!("let {name} = Data({name})"),
        ValueType::Number | ValueType::Count => {
            format!("let {name} = try UInt32(checking: {name}, \"{label}\")")
        }
        ValueType::Signature => format!("let {name} = {name}.rawRepresentation"),
        ValueType::List(item) => match item.as_ref() {
            ValueType::Number | ValueType::Count => {
                format!("let {name} = try UInt32.all(checking: {name}, \"{label}\")")
            }
            ValueType::Signature => format!("let {name} = {name}.map(\\.rawRepresentation)"),
            _ => return None,
        },
        _ => return None,
    })
}

/// The arguments of the binding that an argument becomes.
pub(super) fn native_value(argument: &Argument, variant: Variant) -> Vec<String> {
    let name = variable(argument);
    let label = foreign(&native_argument(argument));
    let value = match &argument.value_type {
        ValueType::Hash | ValueType::Provider | ValueType::Named(_) if is_option(argument) => {
            format!("{name}?.native")
        }
        ValueType::Hash | ValueType::Provider | ValueType::Named(_) | ValueType::Spec => {
            format!("{name}.native")
        }
        ValueType::List(item) if item.named().is_some() => format!("{name}.native"),
        ValueType::PrivateKey | ValueType::PublicKey => variant.material(&name),
        _ => name,
    };
    let mut values = vec![format!("{label}: {value}")];
    let is_signature = match &argument.value_type {
        ValueType::List(item) => **item == ValueType::Signature,
        of => *of == ValueType::Signature,
    };
    if is_signature {
        values.push("form: .raw".to_owned());
    }
    values
}

/// The type of a kind of key that has one. The checks ensure that a default is a kind of key.
fn kind_name<'a>(model: &'a Model, name: &'a Name) -> &'a str {
    let mut kinds = model.key_kinds.iter();
    let found = kinds.find(|kind| kind.name == *name);
    found
        .and_then(|kind| kind.name_in(Language::Swift))
        .unwrap_or_else(|| name.as_written())
}
