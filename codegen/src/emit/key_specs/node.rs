//! The options of new keys in TypeScript, and their form for the addon.

use anyhow::Result;
use askama::Template;

use crate::emit::output::{Output, banner};
use crate::emit::rust::names::doc_lines;
use crate::emit::text::{lower_first, one_line};
use crate::model::{Choice, KeyOption, Language, Model, Name, OptionType};

const FOLDER: &str = "clients/node/src/generated";
const BINDING: &str = "bindings/node/src/generated/spec.rs";

/// Renders the names of values, the options with their types, and the record of the binding.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let banner = banner("contracts/key_kinds.toml");
    let (placement, policy): (Vec<&KeyOption>, Vec<&KeyOption>) = model
        .key_options
        .iter()
        .partition(|option| super::is_placement(model, option));
    let view = |options: Vec<&KeyOption>| -> Vec<OptionView> {
        let options = options.iter();
        options.map(|option| option_view(model, option)).collect()
    };
    let hashes = model
        .find_type("hash")
        .map_or(&[][..], |hash| hash.values());
    let names = Names {
        banner: &banner,
        choices: model.choices.iter().map(choice).collect(),
        hashes: hashes
            .iter()
            .map(|hash| hash.name.kebab().to_uppercase())
            .collect(),
    };
    let options = Options {
        banner: &banner,
        roles: model
            .roles
            .iter()
            .map(|role| {
                let doc = format!("Algorithms of {}", lower_first(&one_line(&role.doc)));
                (doc, role.name.camel(), role.name.lower_camel())
            })
            .collect(),
        choices: names.choices.clone(),
        placement: view(placement),
        policy: view(policy),
    };
    let native = Native {
        banner: &banner,
        choices: &options.choices,
        placement: &options.placement,
        policy: &options.policy,
    };
    let binding = Binding {
        banner: &banner,
        choices: super::choices_in_use(model),
        options: model
            .key_options
            .iter()
            .map(|option| binding_view(model, option))
            .collect(),
    };
    let text = |path: String, text: String| (path, text.trim_end().to_owned() + "\n");
    Ok(Output::from([
        text(format!("{FOLDER}/key-names.ts"), names.render()?),
        text(format!("{FOLDER}/key-options.ts"), options.render()?),
        text(format!("{FOLDER}/native-options.ts"), native.render()?),
        text(BINDING.to_owned(), binding.render()?),
    ]))
}

#[derive(Template)]
#[template(path = "key_specs/key-names.ts", escape = "none")]
struct Names<'a> {
    banner: &'a str,
    choices: Vec<ChoiceView>,
    hashes: Vec<String>,
}

#[derive(Template)]
#[template(path = "key_specs/key-options.ts", escape = "none")]
struct Options<'a> {
    banner: &'a str,
    /// Documentation, and the name in types and in the table of algorithms.
    roles: Vec<(String, String, String)>,
    choices: Vec<ChoiceView>,
    /// Options that choose the provider.
    placement: Vec<OptionView>,
    /// Options that change the attributes.
    policy: Vec<OptionView>,
}

#[derive(Template)]
#[template(path = "key_specs/native-options.ts", escape = "none")]
struct Native<'a> {
    banner: &'a str,
    choices: &'a [ChoiceView],
    placement: &'a [OptionView],
    policy: &'a [OptionView],
}

#[derive(Template)]
#[template(path = "key_specs/node.rs", escape = "none")]
struct Binding<'a> {
    banner: &'a str,
    choices: Vec<String>,
    options: Vec<BindingView>,
}

#[derive(Clone)]
struct ChoiceView {
    doc: String,
    type_name: String,
    table: String,
    values: Vec<(String, String)>,
}

struct OptionView {
    doc: String,
    name: String,
    type_name: String,
    /// The check of a value, which is the addon's form.
    check: String,
}

struct BindingView {
    doc: Vec<String>,
    field: String,
    type_name: &'static str,
    apply: String,
}

fn choice(choice: &Choice) -> ChoiceView {
    let values = choice.values.iter();
    ChoiceView {
        doc: one_line(&choice.doc),
        type_name: choice.type_in(Language::Node),
        table: table(&choice.name),
        values: values
            .map(|value| (one_line(&value.doc), value.name.kebab()))
            .collect(),
    }
}

/// The name of the table of a choice's values.
fn table(choice: &Name) -> String {
    format!("{}_VALUES", choice.shouty())
}

fn option_view(model: &Model, option: &KeyOption) -> OptionView {
    let own = option.name_in(Language::Node).map(str::to_owned);
    let name = own.unwrap_or_else(|| option.name.lower_camel());
    let given = format!("options.{name}, 'options.{name}'");
    let (type_name, check) = match &option.of {
        OptionType::Flag(_) => ("boolean".to_owned(), format!("flag({given})")),
        OptionType::Hash => ("HashName".to_owned(), format!("hashName({given})")),
        OptionType::Provider => ("Provider".to_owned(), format!("providerNumber({given})")),
        OptionType::Choice(of) => {
            let type_name = model.choice(of).type_in(Language::Node);
            match option.many {
                true => (
                    format!("readonly {type_name}[]"),
                    format!("choices({given}, {})", table(of)),
                ),
                false => (type_name, format!("choice({given}, {})", table(of))),
            }
        }
    };
    let default = match (&option.default, &option.of) {
        (Some(default), _) => format!(" Default: {default}."),
        (None, OptionType::Choice(of)) if !option.many => {
            let first = model.choice(of).values.first();
            first.map_or_else(String::new, |first| {
                format!(" Default: `{}`.", first.name.kebab())
            })
        }
        _ => String::new(),
    };
    OptionView {
        doc: one_line(&option.doc) + &default,
        name,
        type_name,
        check,
    }
}

fn binding_view(model: &Model, option: &KeyOption) -> BindingView {
    let field = option.name.rust();
    let own = option.name_in(Language::Node).map(str::to_owned);
    let shown = own.unwrap_or_else(|| option.name.lower_camel());
    let method = &field;
    let class = |of: &Name| model.choice(of).type_in(Language::Rust);
    let (type_name, apply) = match &option.of {
        OptionType::Flag(_) => (
            "bool",
            format!("if self.{field} == Some(true) {{ spec = spec.{method}(); }}"),
        ),
        OptionType::Hash => (
            "String",
            format!(
                "if let Some(name) = &self.{field} {{ spec = spec.{method}(convert::hash(name)?).map_err(failure)?; }}"
            ),
        ),
        OptionType::Provider => (
            "u32",
            format!(
                "if let Some(number) = self.{field} {{ spec = spec.{method}(convert::provider(number)?); }}"
            ),
        ),
        OptionType::Choice(of) if option.many => (
            "Vec<String>",
            format!(
                "for name in self.{field}.iter().flatten() {{ spec = spec.{method}([{}::named(name).map_err(failure)?]); }}",
                class(of)
            ),
        ),
        OptionType::Choice(of) => {
            let value = format!("{}::named(name).map_err(failure)?", class(of));
            let fails = if model.choice(of).algorithm.is_some() {
                ".map_err(failure)?"
            } else {
                ""
            };
            (
                "String",
                format!(
                    "if let Some(name) = &self.{field} {{ spec = spec.{method}({value}){fails}; }}"
                ),
            )
        }
    };
    BindingView {
        doc: doc_lines(&format!(
            "`{shown}`: {}",
            lower_first(&one_line(&option.doc))
        )),
        field,
        type_name,
        apply,
    }
}
