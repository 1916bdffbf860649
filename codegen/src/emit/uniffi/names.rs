//! The names that the binding gives to methods, arguments and results, which the clients over it use.

use crate::emit::keywords;
use crate::model::{Argument, Handle, Method, Model, Name, Operation, ValueType};

/// The name of the async method. All keys are one object here, so a name that several handles have gets the
/// handle's in front: `mac_verify`.
pub(in crate::emit) fn native_method(model: &Model, handle: &Handle, method: &Method) -> String {
    let own = match handle.methods.iter().any(|own| std::ptr::eq(own, method)) {
        true => handle,
        false => owner(model, method),
    };
    let with_that_name = model.handles.iter().filter(|other| {
        let mut methods = other.methods.iter();
        other.form == own.form && methods.any(|other| other.name == method.name)
    });
    let name = method.name.snake();
    match with_that_name.count() > 1 {
        true => format!("{}_{name}", own.name.snake().trim_end_matches("_key")),
        false => keywords::uniffi_method(&name),
    }
}

/// The handle whose file describes the method.
fn owner<'a>(model: &'a Model, method: &Method) -> &'a Handle {
    let mut handles = model.handles.iter();
    handles
        .find(|handle| handle.methods.iter().any(|own| std::ptr::eq(own, method)))
        .unwrap_or_else(|| unreachable!("`{}` is a method of no handle", method.name))
}

/// The name of an argument.
pub(in crate::emit) fn native_argument(argument: &Argument) -> String {
    keywords::uniffi_field(&argument.name.snake())
}

/// The operation whose outputs are the result of type `record`.
pub(in crate::emit) fn record<'a>(model: &'a Model, method: &Method) -> Option<&'a Operation> {
    let name = method.record()?;
    let mut operations = model.operations.iter();
    operations.find(|operation| operation.name == *name)
}

/// Whether a parameter is an `Option`: an empty value of the others says the same.
pub(in crate::emit) fn is_option(argument: &Argument) -> bool {
    let empty = matches!(
        argument.value_type,
        ValueType::Flag | ValueType::Bytes | ValueType::List(_)
    );
    argument.optional.is_some() && !empty
}

/// The record of an operation's outputs.
pub(in crate::emit) fn response(operation: &Operation) -> String {
    format!("{}Response", operation.name.camel())
}

/// A name of the binding in Kotlin and Swift.
pub(in crate::emit) fn foreign(native: &str) -> String {
    Name::new(native.trim_start_matches("r#")).lower_camel()
}
