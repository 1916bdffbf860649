//! The types of arguments and results in Python: annotations, checks and conversions.

use super::names::{Flavour, argument_name};
use crate::emit::keywords;
use crate::model::{Argument, Language, Method, Model, Name, ValueType};

/// Whether callers may omit an argument.
pub(super) fn is_optional(argument: &Argument) -> bool {
    argument.optional.is_some() || argument.default_in(Language::Python).is_some()
}

/// A parameter with its annotation, which is `spec` for specs, and its default.
pub(super) fn parameter(model: &Model, argument: &Argument, spec: &str) -> String {
    let annotation = annotation(model, argument, spec);
    let default = default(model, argument);
    let name = argument_name(argument);
    default.map_or_else(
        || format!("{name}: {annotation}"),
        |default| format!("{name}: {annotation} = {default}"),
    )
}

/// The value that applies without an argument.
fn default(model: &Model, argument: &Argument) -> Option<String> {
    if let Some(default) = argument.default_in(Language::Python) {
        return Some(match argument.value_type {
            ValueType::Spec => spec_constant(model, default),
            _ => format!("Hash.{}", Name::new(default).shouty()),
        });
    }
    argument.optional.as_ref()?;
    Some(
        match argument.value_type {
            ValueType::Bytes | ValueType::Secret => "b\"\"",
            ValueType::Flag => "False",
            ValueType::List(_) => "()",
            _ => "None",
        }
        .to_owned(),
    )
}

/// The constant of a kind of key.
pub(super) fn spec_constant(model: &Model, kind: &str) -> String {
    let mut known = model.key_kinds.iter();
    let found = known.find(|found| found.name.as_written() == kind);
    let own = found.and_then(|found| found.name_in(Language::Python));
    own.map_or_else(|| Name::new(kind).shouty(), str::to_owned)
}

fn annotation(model: &Model, argument: &Argument, spec: &str) -> String {
    let single = match (&argument.value_type, &argument.also) {
        (ValueType::KeyName, Some(_)) => "Union[str, Key]".to_owned(),
        (ValueType::Bytes, Some(_)) => "Union[PublicKey, ForeignPublicKey, Bytes]".to_owned(),
        (ValueType::Hash, _) if argument.optional.is_some() => {
            return "Union[Hash, str, None]".to_owned();
        }
        (ValueType::Spec, _) => spec.to_owned(),
        (ValueType::List(item), _) if is_text(item) => {
            // A `str` is a sequence of `str`.
            return "Union[list[str], tuple[str, ...]]".to_owned();
        }
        (of, _) => value_annotation(model, of),
    };
    match argument.value_type {
        ValueType::Bytes | ValueType::Secret | ValueType::Flag | ValueType::List(_) => single,
        _ if argument.optional.is_some() => match single.strip_prefix("Union[") {
            Some(rest) => format!("Union[{}, None]", rest.trim_end_matches(']')),
            None => format!("Optional[{single}]"),
        },
        _ => single,
    }
}

fn is_text(of: &ValueType) -> bool {
    matches!(of, ValueType::Text | ValueType::KeyName)
}

fn value_annotation(model: &Model, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature => "Bytes".to_owned(),
        ValueType::Text | ValueType::KeyName | ValueType::Passphrase => "str".to_owned(),
        ValueType::Number | ValueType::Size | ValueType::Count => "int".to_owned(),
        ValueType::Flag => "bool".to_owned(),
        ValueType::Hash => "Union[Hash, str]".to_owned(),
        ValueType::Duration => "float".to_owned(),
        ValueType::Provider => "Union[Provider, int]".to_owned(),
        ValueType::PublicKey => "Union[PublicKey, ForeignPublicKey, str, Bytes]".to_owned(),
        ValueType::Key => "Key".to_owned(),
        ValueType::Named(name) => type_class(model, name),
        ValueType::List(item) => format!("Sequence[{}]", value_annotation(model, item)),
        other => unreachable!("Python has no argument of type {other:?}"),
    }
}

/// The class of a contract's type.
fn type_class(model: &Model, name: &Name) -> String {
    let found = model.type_named(&name.kebab());
    format!("types.{}", keywords::python_class(&found.name.camel()))
}

/// The statement that checks an argument before anything is sent.
pub(super) fn check(argument: &Argument) -> Option<String> {
    let name = argument_name(argument);
    match (&argument.value_type, &argument.also, &argument.optional) {
        (ValueType::KeyName, None, None) if name == "name" => Some("check_name(name)".to_owned()),
        (ValueType::KeyName, None, None) => Some(format!("check_name({name}, \"{name}\")")),
        (ValueType::Spec, ..) => Some(format!("check_spec({name})")),
        _ => None,
    }
}

/// The argument as the binding takes it, after the check of its type.
pub(super) fn to_native(argument: &Argument) -> String {
    let name = argument_name(argument);
    let checked = |function: &str| format!("{function}({name}, \"{name}\")");
    let converted = match (&argument.value_type, &argument.also) {
        (ValueType::KeyName, Some(_)) => checked("key_name"),
        (ValueType::KeyName, None) if argument.optional.is_some() => checked("key_name"),
        (ValueType::Text, _) => checked("text"),
        (ValueType::Flag, _) => return checked("flag"),
        (ValueType::Duration, _) => checked("seconds"),
        (ValueType::Bytes, Some(_)) => checked("public_bytes"),
        (ValueType::Number, _) => format!("number({name}, \"{name}\", 32)"),
        (ValueType::Size | ValueType::Count, _) => format!("number({name}, \"{name}\", 64)"),
        // Without one, it returns `None`.
        (ValueType::Hash, _) => return checked("hash_name"),
        (ValueType::Provider, _) => checked("provider_number"),
        (ValueType::PublicKey, _) => format!("{}._native", checked("public_key_of")),
        (ValueType::Key, _) => {
            format!("instance({name}, \"{name}\", Key, \"the handle of a key\")._native")
        }
        (ValueType::Named(_), _) => format!("plain({name})"),
        (ValueType::List(item), _) => {
            return match **item {
                ValueType::Number => format!("numbers({name}, \"{name}\", 32)"),
                ValueType::Named(_) => format!("plain({})", checked("sequence")),
                ValueType::Text | ValueType::KeyName => checked("texts"),
                _ => checked("sequence"),
            };
        }
        _ => return name,
    };
    match argument.optional {
        Some(_) => format!("None if {name} is None else {converted}"),
        None => converted,
    }
}

/// The annotation of the result.
pub(super) fn result(model: &Model, method: &Method) -> String {
    method.returns.as_ref().map_or_else(
        || "None".to_owned(),
        |of| match of {
            ValueType::KeyOfSpec | ValueType::SelfHandle => "K".to_owned(),
            ValueType::Key => "Any".to_owned(),
            ValueType::Handle(name) => name.camel(),
            of => native_result(model, method, of, Flavour::Blocking),
        },
    )
}

/// How the result is made of what the binding returns: text before and after that.
pub(super) fn made(method: &Method) -> Option<(String, &'static str)> {
    Some(match method.returns.as_ref()? {
        ValueType::KeyOfSpec if has_overloads(method) => ("handle_of(".to_owned(), ")"),
        ValueType::KeyOfSpec => ("cast(\"K\", handle_of(".to_owned(), "))"),
        ValueType::SelfHandle => ("type(self)(".to_owned(), ")"),
        ValueType::Key => ("handle_of(".to_owned(), ")"),
        ValueType::Handle(name) => (format!("{}(", name.camel()), ")"),
        _ => return None,
    })
}

/// Whether the class of the result depends on whether there is a spec.
pub(super) fn has_overloads(method: &Method) -> bool {
    method.returns == Some(ValueType::KeyOfSpec) && default_spec(method).is_some()
}

/// The kind of key that applies without a spec.
pub(super) fn default_spec(method: &Method) -> Option<&str> {
    let mut arguments = method.arguments.iter();
    let spec = arguments.find(|argument| argument.value_type == ValueType::Spec)?;
    spec.default_in(Language::Python)
}

/// The type of an argument in the stubs of the binding.
pub(super) fn native_argument(model: &Model, argument: &Argument, flavour: Flavour) -> String {
    let single = native_value(model, &argument.value_type, flavour);
    match argument.value_type {
        ValueType::Bytes | ValueType::Secret | ValueType::Flag | ValueType::List(_) => single,
        _ if argument.optional.is_some() => format!("Optional[{single}]"),
        _ => single,
    }
}

fn native_value(model: &Model, of: &ValueType, flavour: Flavour) -> String {
    match of {
        ValueType::Hash => "str".to_owned(),
        ValueType::Provider => "int".to_owned(),
        ValueType::PublicKey => "PublicKey".to_owned(),
        ValueType::PrivateKey => "Bytes".to_owned(),
        ValueType::Spec => "_Spec".to_owned(),
        ValueType::Key => flavour.native("Key"),
        ValueType::List(item) => format!("Sequence[{}]", native_value(model, item, flavour)),
        other => value_annotation(model, other),
    }
}

/// The type of a result in the stubs of the binding, which is also that of most methods.
pub(super) fn native_result(
    model: &Model,
    method: &Method,
    of: &ValueType,
    flavour: Flavour,
) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature | ValueType::Csr => {
            "bytes".to_owned()
        }
        ValueType::Text | ValueType::KeyName | ValueType::OperationName => "str".to_owned(),
        ValueType::Number | ValueType::Size | ValueType::Count => "int".to_owned(),
        ValueType::Flag => "bool".to_owned(),
        ValueType::Duration => "float".to_owned(),
        ValueType::Version => "tuple[int, int]".to_owned(),
        ValueType::Key | ValueType::KeyOfSpec | ValueType::SelfHandle | ValueType::Handle(_) => {
            flavour.native("Key")
        }
        ValueType::Stream => flavour.native("Stream"),
        ValueType::Named(name) => type_class(model, name),
        ValueType::Record => method.record().map_or_else(
            || "None".to_owned(),
            |operation| format!("types.{}Result", operation.camel()),
        ),
        ValueType::List(item) => {
            format!("list[{}]", native_result(model, method, item, flavour))
        }
        ValueType::Optional(item) => {
            format!("Optional[{}]", native_result(model, method, item, flavour))
        }
        other => unreachable!("the checks let a result of type {other:?} through"),
    }
}

/// The arguments that are given by position, and those that are named.
pub(super) fn split(method: &Method) -> (Vec<&Argument>, Vec<&Argument>) {
    let arguments = method.arguments_in(Language::Python).into_iter();
    let (named, mut placed): (Vec<_>, Vec<_>) = arguments.partition(|argument| argument.named);
    placed.sort_by_key(|argument| is_optional(argument));
    (placed, named)
}
