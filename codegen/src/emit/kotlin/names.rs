//! The names of Kotlin's classes and arguments.

use crate::emit::keywords;
use crate::model::{Argument, Handle, Language};

/// The class that users see.
pub(super) fn class(handle: &Handle) -> String {
    handle.class_in(Language::Kotlin)
}

/// The name of an argument.
pub(super) fn argument_name(argument: &Argument) -> String {
    let own = argument.renamed_in(Language::Kotlin);
    let name = own.map_or_else(|| argument.name.lower_camel(), str::to_owned);
    keywords::kotlin_method(&name)
}
