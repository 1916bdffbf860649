//! The names of the classes and functions of the Node client and of its binding, and the kinds of arguments.

use crate::model::{Argument, Handle, HandleForm, Language, Method, Name, ValueType};

/// The width of lines of code.
pub(super) const WIDTH: usize = 120;

/// The module of the class that users see, from the folder of the generated ones.
pub(super) fn class_file(handle: &Handle) -> String {
    match handle.extended_in(Language::Node) {
        Some(file) => {
            let file = file.strip_prefix("clients/node/src/").unwrap_or(file);
            format!("../../{}.js", file.trim_end_matches(".ts"))
        }
        None => format!("./{}.js", handle.name.kebab()),
    }
}

/// The class with the methods, which others extend.
pub(super) fn base_class(handle: &Handle) -> String {
    format!("{}Base", handle.name.camel())
}

/// The method of the addon's class, which has the methods of several handles.
pub(super) fn function_name(handle: &Handle, method: &Method) -> Name {
    let name = method.name.snake();
    Name::new(match (handle.form, &handle.role) {
        (HandleForm::Key, Some(role)) => format!("{}_{name}", role.snake()),
        (HandleForm::Administrator, _) => format!("{}_{name}", handle.name.snake()),
        _ => name,
    })
}

pub(super) fn parameter(argument: &Argument) -> String {
    argument.name_in(Language::Node).lower_camel()
}

/// The name of the argument in the message of an error.
pub(super) fn label(argument: &Argument) -> String {
    let name = argument.name_in(Language::Node).lower_camel();
    match is_option(argument) {
        true => format!("options.{name}"),
        false => name,
    }
}

/// Whether an argument is in the object of options.
pub(super) fn is_option(argument: &Argument) -> bool {
    argument.is_named_in(Language::Node) || argument.is_optional_in(Language::Node)
}

/// The arguments before the options.
pub(super) fn positional(method: &Method) -> Vec<&Argument> {
    let arguments = method.arguments_in(Language::Node).into_iter();
    arguments
        .filter(|argument| argument.value_type != ValueType::Spec && !is_option(argument))
        .collect()
}

/// The arguments in the object of options, other than what a new key is.
pub(super) fn named(method: &Method) -> Vec<&Argument> {
    let arguments = method.arguments_in(Language::Node).into_iter();
    arguments
        .filter(|argument| argument.value_type != ValueType::Spec && is_option(argument))
        .collect()
}

pub(super) fn makes_key(method: &Method) -> bool {
    method.returns == Some(ValueType::KeyOfSpec)
}

pub(super) fn has_spec(method: &Method) -> bool {
    let mut arguments = method.arguments.iter();
    arguments.any(|argument| argument.value_type == ValueType::Spec)
}

pub(super) fn streams(method: &Method) -> bool {
    method.arguments.iter().any(|argument| argument.stream)
}

/// The kind of a new key that applies if the options name none.
pub(super) fn default_kind(method: &Method) -> Option<Name> {
    let mut arguments = method.arguments.iter();
    let spec = arguments.find(|argument| argument.value_type == ValueType::Spec)?;
    spec.default_in(Language::Node).map(Name::new)
}

/// Whether the caller may give all attributes of the new key instead of its kind.
pub(super) fn takes_attributes(method: &Method) -> bool {
    makes_key(method) && default_kind(method).is_some() && named(method).is_empty()
}
