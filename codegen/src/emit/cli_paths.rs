//! The names of subcommands.

use crate::model::{Handle, HandleForm, Language, Method};

/// Returns the words after `parsec`.
pub(super) fn command_path(handle: &Handle, method: &Method) -> String {
    let name = method.name_in(Language::Cli);
    if method.is_renamed_in(Language::Cli) {
        return name;
    }
    match handle.form {
        HandleForm::Key => format!("key {name}"),
        HandleForm::Administrator => format!("admin {name}"),
        HandleForm::Client | HandleForm::Stream => name,
    }
}
