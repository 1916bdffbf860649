//! The names of subcommands.

use std::borrow::Cow;

use crate::model::{Handle, HandleForm, Language, Method, Model};

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

/// Returns a text in which methods with a generated subcommand are named by that.
pub(super) fn in_shell(model: &Model, text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let is_code = index % 2 == 1;
        let path = is_code.then(|| subcommand(model, part)).flatten();
        path.map_or(Cow::Borrowed(part), Cow::Owned)
    });
    parts.collect::<Vec<_>>().join("`")
}

/// Returns the generated subcommand of the method with that name, if there is one.
fn subcommand(model: &Model, method: &str) -> Option<String> {
    model.handles.iter().find_map(|handle| {
        let found = handle.methods.iter().find(|found| {
            found.name.as_written() == method && found.is_generated_in(Language::Cli)
        })?;
        Some(format!("parsec {}", command_path(handle, found)))
    })
}
