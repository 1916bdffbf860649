//! The specifications of new keys: their options, the enumerations of options, and in Kotlin and
//! Swift also the kinds. [`super::key_kinds`] renders the tables of kinds and the book's page.

mod cli;
mod functions;
mod kotlin;
mod node;
mod python;
mod rust;
mod swift;
mod swift_kinds;
mod uniffi;

use anyhow::Result;

use super::output::Output;
use crate::model::{Choice, KeyOption, Language, Model, OptionType};

/// Renders the files of each language.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    output.extend(rust::emit(model)?);
    output.extend(functions::emit(model)?);
    output.extend(cli::emit(model)?);
    output.extend(uniffi::emit(model)?);
    output.extend(kotlin::emit(model)?);
    output.extend(swift::emit(model)?);
    output.extend(node::emit(model)?);
    output.extend(python::emit(model)?);
    Ok(output)
}

/// The enumerations that options use, by their names in Rust.
fn choices_in_use(model: &Model) -> Vec<String> {
    let used = |choice: &&Choice| {
        let of = OptionType::Choice(choice.name.clone());
        model.key_options.iter().any(|option| option.of == of)
    };
    let choices = model.choices.iter().filter(used);
    choices
        .map(|choice| choice.type_in(Language::Rust))
        .collect()
}

/// Whether it chooses the provider, and leaves the attributes of the key as they are.
fn is_placement(model: &Model, option: &KeyOption) -> bool {
    match &option.of {
        OptionType::Flag(_) | OptionType::Hash => false,
        OptionType::Provider => true,
        OptionType::Choice(name) => model.choice(name).algorithm.is_none(),
    }
}
