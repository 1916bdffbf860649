//! The functions of the Rust client that return the specification of a new key: one for each kind, and one for
//! each preset with a name.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use crate::emit::output::{Output, banner};
use crate::emit::rust::names::{doc_lines, variant_name};
use crate::model::{KeyKind, Language, Model, Name, OptionType, Preset};

const FILE: &str = "clients/rust/src/generated/key_specs.rs";

/// The specifications with options of their own, by the variant of the algorithm.
const SPECS: &[(&str, &str)] = &[
    ("ecdsa", "EcdsaSpec"),
    ("pure-eddsa", "EddsaSpec"),
    ("rsa-pss", "RsaSpec"),
];

/// Renders one file.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut functions = Vec::new();
    for kind in &model.key_kinds {
        let Some(role) = &kind.role else {
            continue;
        };
        let own = kind.name_in(Language::Rust).map(str::to_owned);
        let (spec, handle) = spec(kind, role);
        let function = |name: String, doc: &str, with: Vec<String>| Function {
            doc: doc_lines(doc),
            name,
            spec: spec.clone(),
            handle: handle.clone(),
            kind: kind.name.shouty(),
            with,
        };
        let name = own.unwrap_or_else(|| kind.name.rust());
        functions.push(function(name, &kind.doc, Vec::new()));
        for preset in &kind.presets {
            if let Some(name) = preset.name_in(Language::Rust) {
                let with = with(model, preset);
                functions.push(function(name.to_owned(), &preset.doc, with));
            }
        }
    }
    let specs = functions
        .iter()
        .filter(|function| function.handle.is_none());
    let file = File {
        banner: banner("contracts/key_kinds.toml"),
        uses_hashes: functions
            .iter()
            .flat_map(|function| &function.with)
            .any(|with| with.contains("Hash::")),
        options: options(model, &functions),
        handles: functions
            .iter()
            .filter_map(|it| it.handle.clone())
            .collect(),
        specs: specs.map(|function| function.spec.clone()).collect(),
        functions,
    };
    Ok(Output::from([(FILE.to_owned(), file.render()?)]))
}

#[derive(Template)]
#[template(path = "key_specs/functions.rs", escape = "none")]
struct File {
    banner: String,
    uses_hashes: bool,
    /// Imports from the options.
    options: BTreeSet<String>,
    handles: BTreeSet<String>,
    specs: BTreeSet<String>,
    functions: Vec<Function>,
}

struct Function {
    doc: Vec<String>,
    name: String,
    /// The type of the specification.
    spec: String,
    /// The handle, for a specification that is generic over it.
    handle: Option<String>,
    /// The constant of the kind.
    kind: String,
    /// The attributes with a value of an option, for each that the preset sets.
    with: Vec<String>,
}

/// The type of the specification, and its handle if it is generic.
fn spec(kind: &KeyKind, role: &Name) -> (String, Option<String>) {
    let mut specs = SPECS.iter();
    let own = specs.find(|(variant, _)| kind.has_variant(&Name::new(*variant)));
    match own.filter(|_| role.as_written() == "signing") {
        Some((_, spec)) => ((*spec).to_owned(), None),
        None => {
            let handle = format!("{}Key", role.camel());
            (format!("RoleSpec<{handle}>"), Some(handle))
        }
    }
}

fn with(model: &Model, preset: &Preset) -> Vec<String> {
    let with = preset.with.iter();
    with.filter_map(|(option, value)| match &model.key_option(option).of {
        OptionType::Hash => Some(format!(
            "with_hash(kind.attributes, Hash::{})",
            variant_name(value)
        )),
        OptionType::Choice(choice) => Some(format!(
            "with_{}(kind.attributes, {}::{})",
            option.snake(),
            model.choice(choice).type_in(Language::Rust),
            variant_name(value)
        )),
        OptionType::Flag(_) | OptionType::Provider => None,
    })
    .collect()
}

/// The functions and the enumerations of options that presets use.
fn options(model: &Model, functions: &[Function]) -> BTreeSet<String> {
    let is_used = |text: &str| {
        let mut with = functions.iter().flat_map(|function| &function.with);
        with.any(|with| with.contains(text))
    };
    let mut used = BTreeSet::new();
    for option in &model.key_options {
        let function = format!("with_{}", option.name.snake());
        if let OptionType::Choice(choice) = &option.of
            && is_used(&format!("{function}("))
        {
            used.insert(function);
            used.insert(model.choice(choice).type_in(Language::Rust));
        }
    }
    used
}
