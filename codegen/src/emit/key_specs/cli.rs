//! The options of new keys on the command line.

use anyhow::Result;
use askama::Template;

use crate::emit::output::{Output, banner};
use crate::emit::text::one_line;
use crate::model::{Choice, KeyOption, Language, Model, OptionType};

const FILE: &str = "clients/cli/src/generated/options.rs";

/// Renders one file.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let views = |placement: bool| {
        let options = model.key_options.iter();
        let options = options.filter(|option| super::is_placement(model, option) == placement);
        options.filter_map(|option| view(model, option)).collect()
    };
    let file = File {
        banner: banner("contracts/key_kinds.toml"),
        choices: model.choices.iter().map(choice).collect(),
        used: super::choices_in_use(model),
        policy: views(false),
        placement: views(true),
    };
    Ok(Output::from([(FILE.to_owned(), file.render()?)]))
}

#[derive(Template)]
#[template(path = "key_specs/cli.rs", escape = "none")]
struct File {
    banner: String,
    choices: Vec<ChoiceView>,
    used: Vec<String>,
    policy: Vec<View>,
    placement: Vec<View>,
}

struct ChoiceView {
    parser: String,
    class: String,
    values: Vec<(String, String)>,
}

struct View {
    help: String,
    attribute: String,
    field: String,
    type_name: String,
    /// The statement that applies it to `spec`.
    apply: String,
}

fn choice(choice: &Choice) -> ChoiceView {
    let values = choice.values.iter();
    ChoiceView {
        parser: format!("{}_parser", choice.name.snake()),
        class: choice.type_in(Language::Rust),
        values: values
            .map(|value| {
                let help = one_line(&value.doc);
                (value.name.kebab(), help.trim_end_matches('.').to_owned())
            })
            .collect(),
    }
}

/// A provider is an option of every command.
fn view(model: &Model, option: &KeyOption) -> Option<View> {
    let field = option.name.rust();
    let (attribute, type_name, apply) = match &option.of {
        OptionType::Provider => return None,
        OptionType::Flag(_) => (
            String::new(),
            "bool".to_owned(),
            format!("if self.{field} {{ spec = spec.{field}(); }}"),
        ),
        OptionType::Hash => (
            ", value_name = \"HASH\", value_parser = hash_function".to_owned(),
            "Option<Hash>".to_owned(),
            format!("if let Some(hash) = self.{field} {{ spec = spec.{field}(hash)?; }}"),
        ),
        OptionType::Choice(of) => {
            let choice = model.choice(of);
            let class = choice.type_in(Language::Rust);
            let word = of.kebab();
            let word = word.rsplit('-').next().unwrap_or_default().to_uppercase();
            let parser = format!(
                ", value_name = \"{word}\", value_parser = {}_parser()",
                of.snake()
            );
            match option.many {
                true => (
                    parser + ", value_delimiter = ','",
                    format!("Vec<{class}>"),
                    format!("spec = spec.{field}(self.{field}.iter().copied());"),
                ),
                false => {
                    let fails = if choice.algorithm.is_some() { "?" } else { "" };
                    (
                        parser,
                        format!("Option<{class}>"),
                        format!(
                            "if let Some(value) = self.{field} {{ spec = spec.{field}(value){fails}; }}"
                        ),
                    )
                }
            }
        }
    };
    let default = option.default.as_ref();
    let default = default.map(|default| format!("; default: {default}"));
    Some(View {
        help: one_line(&super::rust::statement(&option.doc))
            .trim_end_matches('.')
            .to_owned()
            + &default.unwrap_or_default(),
        attribute,
        field,
        type_name,
        apply,
    })
}
