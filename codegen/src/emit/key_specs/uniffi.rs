//! The record of a new key's specification that Kotlin and Swift pass to the binding.

use anyhow::Result;
use askama::Template;

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::names::{doc_lines, variant_name};
use crate::model::{Choice, KeyOption, Language, Model, OptionType};

const FILE: &str = "bindings/uniffi/src/generated/spec.rs";

/// Renders one file.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let file = File {
        banner: banner("contracts/key_kinds.toml"),
        choices: model.choices.iter().map(choice).collect(),
        options: model
            .key_options
            .iter()
            .map(|option| view(model, option))
            .collect(),
        uses_hash: model
            .key_options
            .iter()
            .any(|option| option.of == OptionType::Hash),
        uses_provider: model
            .key_options
            .iter()
            .any(|option| option.of == OptionType::Provider),
    };
    Ok(Output::from([(FILE.to_owned(), file.render()?)]))
}

#[derive(Template)]
#[template(path = "key_specs/uniffi.rs", escape = "none")]
struct File {
    banner: String,
    choices: Vec<ChoiceView>,
    options: Vec<OptionView>,
    uses_hash: bool,
    uses_provider: bool,
}

struct ChoiceView {
    doc: Vec<String>,
    name: String,
    values: Vec<(Vec<String>, String)>,
}

struct OptionView {
    doc: Vec<String>,
    field: String,
    type_name: String,
    default: &'static str,
    /// The statement that applies the option to `spec`.
    apply: String,
}

fn choice(choice: &Choice) -> ChoiceView {
    let values = choice.values.iter();
    ChoiceView {
        doc: doc_lines(&choice.doc),
        name: choice.type_in(Language::Rust),
        values: values
            .map(|value| (doc_lines(&value.doc), variant_name(&value.name)))
            .collect(),
    }
}

fn view(model: &Model, option: &KeyOption) -> OptionView {
    let field = keywords::uniffi_field(&option.name.snake());
    let method = option.name.rust();
    let of = match &option.of {
        OptionType::Flag(_) => "bool".to_owned(),
        OptionType::Hash => "Hash".to_owned(),
        OptionType::Provider => "ProviderId".to_owned(),
        OptionType::Choice(name) => model.choice(name).type_in(Language::Rust),
    };
    let apply = match &option.of {
        OptionType::Flag(_) => format!("if self.{field} {{ spec = spec.{method}(); }}"),
        OptionType::Choice(_) if option.many => {
            format!("spec = spec.{method}(self.{field}.into_iter().map(Into::into));")
        }
        OptionType::Choice(name) => {
            let fails = if model.choice(name).algorithm.is_some() {
                "?"
            } else {
                ""
            };
            let call = format!("spec.{method}(value.into()){fails}");
            format!("if let Some(value) = self.{field} {{ spec = {call}; }}")
        }
        OptionType::Hash => {
            format!("if let Some(hash) = self.{field} {{ spec = spec.{method}(hash.convert())?; }}")
        }
        OptionType::Provider => format!(
            "if let Some(provider) = self.{field} {{ spec = spec.{method}(provider.convert()); }}"
        ),
    };
    let (type_name, default) = match &option.of {
        OptionType::Flag(_) => (of, "false"),
        _ if option.many => (format!("Vec<{of}>"), "[]"),
        _ => (format!("Option<{of}>"), "None"),
    };
    OptionView {
        doc: doc_lines(&option.doc),
        field,
        type_name,
        default,
        apply,
    }
}
