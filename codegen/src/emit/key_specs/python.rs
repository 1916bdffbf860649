//! The options of new keys in Python: their enumerations, the class of specs, and the class that
//! the binding reads.

use anyhow::Result;
use askama::Template;

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::python::raw::exported;
use crate::emit::text::{one_line, wrap};
use crate::model::{Choice, EnumValue, KeyOption, Language, Model, Name, OptionType};

const FOLDER: &str = "clients/python/parsec_client/_generated";
const BINDING: &str = "bindings/python/src/generated/spec.rs";
/// The longest line of a comment within a class.
const WIDTH: usize = 93;

/// Renders the enumerations, the class, and the binding's.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let banner = banner("contracts/key_kinds.toml");
    let hashes = model
        .find_type("hash")
        .map_or(&[][..], |hash| hash.values());
    let choices: Vec<ChoiceView> = model.choices.iter().map(choice).collect();
    let enums = Enums {
        banner: &banner,
        exported: exported(
            choices
                .iter()
                .map(|choice| choice.name.clone())
                .chain(["Hash".to_owned()]),
        ),
        choices: &choices,
        hashes,
    };
    let options: Vec<OptionView> = model
        .key_options
        .iter()
        .map(|option| option_view(model, option))
        .collect();
    let spec = Spec {
        banner: &banner,
        imports: imports(model),
        checks: checks(model),
        options: &options,
    };
    let binding = Binding {
        banner: &banner,
        choices: super::choices_in_use(model),
        uses_hash: model
            .key_options
            .iter()
            .any(|option| option.of == OptionType::Hash),
        uses_provider: model
            .key_options
            .iter()
            .any(|option| option.of == OptionType::Provider),
        options: model
            .key_options
            .iter()
            .map(|option| binding_view(model, option))
            .collect(),
    };
    let text = |path: String, text: String| (path, text.trim_end().to_owned() + "\n");
    Ok(Output::from([
        text(format!("{FOLDER}/key_options.py"), enums.render()?),
        text(format!("{FOLDER}/key_spec.py"), spec.render()?),
        text(BINDING.to_owned(), binding.render()?),
    ]))
}

#[derive(Template)]
#[template(path = "key_specs/key_options.py", escape = "none")]
struct Enums<'a> {
    banner: &'a str,
    /// The list `__all__`.
    exported: String,
    choices: &'a [ChoiceView],
    hashes: &'a [EnumValue],
}

#[derive(Template)]
#[template(path = "key_specs/key_spec.py", escape = "none")]
struct Spec<'a> {
    banner: &'a str,
    /// The names that it imports from the enumerations, and from the checks.
    imports: Vec<String>,
    checks: Vec<&'static str>,
    options: &'a [OptionView],
}

#[derive(Template)]
#[template(path = "key_specs/python.rs", escape = "none")]
struct Binding<'a> {
    banner: &'a str,
    choices: Vec<String>,
    uses_hash: bool,
    uses_provider: bool,
    options: Vec<BindingView>,
}

struct ChoiceView {
    doc: String,
    name: String,
    values: Vec<(Vec<String>, String, String)>,
}

struct OptionView {
    doc: Vec<String>,
    name: String,
    field: String,
    parameter: String,
    /// The statements that check the argument, before it is set.
    check: Option<String>,
    value: String,
}

struct BindingView {
    field: String,
    type_name: &'static str,
    apply: String,
}

fn choice(choice: &Choice) -> ChoiceView {
    let values = choice.values.iter();
    ChoiceView {
        doc: one_line(&choice.doc),
        name: choice.type_in(Language::Python),
        values: values
            .map(|value| {
                let doc = wrap(&one_line(&value.doc), WIDTH);
                (doc, value.name.shouty(), value.name.kebab())
            })
            .collect(),
    }
}

/// The class of an option's values, if it is not `bool`.
fn class(model: &Model, option: &KeyOption) -> Option<String> {
    match &option.of {
        OptionType::Flag(_) => None,
        OptionType::Hash => Some("Hash".to_owned()),
        OptionType::Provider => Some("Provider".to_owned()),
        OptionType::Choice(name) => Some(model.choice(name).type_in(Language::Python)),
    }
}

fn imports(model: &Model) -> Vec<String> {
    let options = model.key_options.iter();
    let mut classes: Vec<String> = options.filter_map(|option| class(model, option)).collect();
    classes.sort();
    classes.dedup();
    classes
}

fn checks(model: &Model) -> Vec<&'static str> {
    let single = |option: &KeyOption| !option.many && !matches!(option.of, OptionType::Flag(_));
    let options = || model.key_options.iter();
    let one = options().any(single).then_some("one_of");
    let several = options().any(|option| option.many).then_some("several_of");
    one.into_iter().chain(several).collect()
}

fn option_view(model: &Model, option: &KeyOption) -> OptionView {
    let own = option.name_in(Language::Python).map(str::to_owned);
    let name = keywords::python(&own.unwrap_or_else(|| option.name.snake()));
    let default = option.default.as_ref();
    let default = default.map(|default| format!(" The default is {default}."));
    let doc = wrap(
        &(one_line(&option.doc) + &default.unwrap_or_default()),
        WIDTH,
    );
    let class = class(model, option);
    let (field, parameter, value) = match (&class, option.many) {
        (None, _) => (
            "bool = False".to_owned(),
            "Optional[bool] = None".to_owned(),
            name.clone(),
        ),
        (Some(class), true) => (
            format!("tuple[{class}, ...] = ()"),
            format!("Optional[Iterable[Union[{class}, str]]] = None"),
            format!("several_of({class}, \"{name}\", {name})"),
        ),
        (Some(class), false) => {
            let plain = if class == "Provider" { "int" } else { "str" };
            (
                format!("Optional[{class}] = None"),
                format!("Union[{class}, {plain}, None] = None"),
                format!("one_of({class}, \"{name}\", {name})"),
            )
        }
    };
    let check = match &option.of {
        OptionType::Choice(of) if model.choice(of).algorithm.is_some() => {
            Some(format!("check_option(self.name, \"{name}\")"))
        }
        _ => None,
    };
    OptionView {
        doc,
        name,
        field,
        parameter,
        check,
        value,
    }
}

fn binding_view(model: &Model, option: &KeyOption) -> BindingView {
    let field = option.name.rust();
    let class = |of: &Name| model.choice(of).type_in(Language::Rust);
    let (type_name, apply) = match &option.of {
        OptionType::Flag(_) => (
            "bool",
            format!("if self.{field} {{ spec = spec.{field}(); }}"),
        ),
        OptionType::Hash => (
            "Option<HashName>",
            format!(
                "if let Some(HashName(hash)) = self.{field} {{ spec = spec.{field}(hash).map_err(raise)?; }}"
            ),
        ),
        OptionType::Provider => (
            "Option<u8>",
            format!(
                "if let Some(number) = self.{field} {{ spec = spec.{field}(convert::provider(number)?); }}"
            ),
        ),
        OptionType::Choice(of) if option.many => (
            "Vec<String>",
            format!(
                "for name in &self.{field} {{ spec = spec.{field}([{}::named(name).map_err(raise)?]); }}",
                class(of)
            ),
        ),
        OptionType::Choice(of) => {
            let value = format!("{}::named(name).map_err(raise)?", class(of));
            let fails = if model.choice(of).algorithm.is_some() {
                ".map_err(raise)?"
            } else {
                ""
            };
            (
                "Option<String>",
                format!(
                    "if let Some(name) = &self.{field} {{ spec = spec.{field}({value}){fails}; }}"
                ),
            )
        }
    };
    BindingView {
        field,
        type_name,
        apply,
    }
}
