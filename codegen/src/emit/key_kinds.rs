//! The kinds of keys: a table for Rust, constants for Python, names for Node, a page for the book.
//! Kotlin and Swift group the kinds by curve and cipher, as their own libraries do; tests there
//! compare them with these names.

use anyhow::Result;
use askama::Template;

use super::book::{cell, tidy};
use super::node::raw::listed;
use super::output::{Output, banner};
use super::python::raw::exported;
use super::rust::literals::value_code;
use super::rust::tables::quoted;
use super::text::one_line;
use crate::model::{KeyKind, KeyOption, Language, Model, Name, OptionType, Role, Value};

/// Renders one file for each language, and for Python also one that its specs import.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let banner = banner("contracts/key_kinds.toml");
    let python_folder = "clients/python/parsec_client/_generated";
    let with_role = || model.key_kinds.iter().filter(|kind| kind.role.is_some());
    let python_kinds = Python {
        banner: &banner,
        model,
        classes: option_classes(model),
        by_name: sorted_roles(model),
        kinds: with_role().collect(),
    };
    let sizes = Sizes {
        banner: &banner,
        kinds: &model.key_kinds,
        options: model
            .key_options
            .iter()
            .filter_map(|option| kinds_with(model, option))
            .collect(),
    };
    let node = Node {
        banner: &banner,
        roles: model
            .roles
            .iter()
            .map(|role| {
                let of_role = with_role().filter(|kind| kind.role.as_ref() == Some(&role.name));
                (role, of_role.flat_map(titles).collect())
            })
            .collect(),
    };
    let page = Page {
        banner: &banner,
        model,
    };
    let text = |path: &str, text: String| (path.to_owned(), text.trim_end().to_owned() + "\n");
    let mut output = rust(model, &banner)?;
    output.extend([
        text(&format!("{python_folder}/kinds.py"), python_kinds.render()?),
        text(&format!("{python_folder}/sizes.py"), sizes.render()?),
        text("clients/node/src/generated/kinds.ts", node.render()?),
        text("book/src/reference/key_kinds.md", tidy(&page.render()?)),
    ]);
    Ok(output)
}

/// Renders the table for Rust: a file for the kinds of each role, and one with all names.
fn rust(model: &Model, banner: &str) -> Result<Output> {
    let folder = "clients/rust/src/generated/kinds";
    let mut output = Output::new();
    let roles = model
        .roles
        .iter()
        .map(|role| (Some(role), role.name.snake()));
    let mut files = Vec::new();
    for (role, file) in roles.chain([(None, "other".to_owned())]) {
        let of_role = |kind: &&KeyKind| kind.role.as_ref() == role.map(|role| &role.name);
        let kinds: Vec<&KeyKind> = model.key_kinds.iter().filter(of_role).collect();
        if kinds.is_empty() {
            continue;
        }
        let doc = role.map_or("Kinds that programs choose by name at run time.", |role| {
            role.doc.as_str()
        });
        let of_role = RustKinds {
            banner,
            doc,
            model,
            kinds,
        };
        output.insert(format!("{folder}/{file}.rs"), of_role.render()?);
        files.push(file);
    }
    files.sort();
    let names = RustNames {
        banner,
        files,
        kinds: &model.key_kinds,
    };
    output.insert(format!("{folder}/mod.rs"), names.render()?);
    Ok(output)
}

#[derive(Template)]
#[template(path = "rust_client/kinds.rs", escape = "none")]
struct RustKinds<'a> {
    banner: &'a str,
    doc: &'a str,
    model: &'a Model,
    kinds: Vec<&'a KeyKind>,
}

#[derive(Template)]
#[template(path = "rust_client/kinds_mod.rs", escape = "none")]
struct RustNames<'a> {
    banner: &'a str,
    files: Vec<String>,
    kinds: &'a [KeyKind],
}

#[derive(Template)]
#[template(path = "python/kinds.py", escape = "none")]
struct Python<'a> {
    banner: &'a str,
    model: &'a Model,
    classes: Vec<String>,
    /// The names of the roles, in the order of imports.
    by_name: Vec<&'a Name>,
    kinds: Vec<&'a KeyKind>,
}

#[derive(Template)]
#[template(path = "python/sizes.py", escape = "none")]
struct Sizes<'a> {
    banner: &'a str,
    kinds: &'a [KeyKind],
    /// The kinds that have an option, by options that replace the algorithm.
    options: Vec<(String, Vec<String>)>,
}

#[derive(Template)]
#[template(path = "node/kinds.ts", escape = "none")]
struct Node<'a> {
    banner: &'a str,
    roles: Vec<(&'a Role, Vec<String>)>,
}

#[derive(Template)]
#[template(path = "book/key_kinds.md", escape = "none")]
struct Page<'a> {
    banner: &'a str,
    model: &'a Model,
}

/// Returns the names of a kind and its sizes in JavaScript.
fn titles(kind: &KeyKind) -> Vec<String> {
    let sized = kind.named_sizes.iter();
    let sized = sized.map(|bits| format!("{}-{bits}", kind.title));
    [kind.title.clone()].into_iter().chain(sized).collect()
}

fn sorted_roles(model: &Model) -> Vec<&Name> {
    let mut names: Vec<&Name> = model.roles.iter().map(|role| &role.name).collect();
    names.sort_by_key(|name| name.snake());
    names
}

/// Returns the Python class of specs for the role of a kind.
fn class(kind: &KeyKind) -> String {
    let role = kind.role.as_ref().map(Name::camel);
    role.unwrap_or_default() + "Spec"
}

/// Whether its keys have a private and a public part.
fn is_pair(kind: &KeyKind) -> bool {
    let Value::Struct(_, fields) = &kind.attributes else {
        return false;
    };
    fields.iter().any(|(_, value)| {
        matches!(value, Value::Union(_, variant, _) if variant.kebab().ends_with("key-pair"))
    })
}

/// The kinds that have an option which replaces the algorithm.
fn kinds_with(model: &Model, option: &KeyOption) -> Option<(String, Vec<String>)> {
    let OptionType::Choice(choice) = &option.of else {
        return None;
    };
    let choice = model.choice(choice);
    choice.algorithm.as_ref()?;
    let values = || {
        choice
            .values
            .iter()
            .filter_map(|value| value.variant.as_ref())
    };
    let kinds = model.key_kinds.iter();
    let kinds = kinds.filter(|kind| values().any(|variant| kind.has_variant(variant)));
    Some((
        option.name.snake(),
        kinds.map(|kind| kind.name.kebab()).collect(),
    ))
}

/// A constant of Python.
struct Constant {
    name: String,
    doc: String,
    /// The arguments after the name of the kind.
    besides: String,
}

/// The class of the values of an option in Python.
fn option_class(model: &Model, option: &Name) -> String {
    match &model.key_option(option).of {
        OptionType::Choice(choice) => model.choice(choice).type_in(Language::Python),
        OptionType::Flag(_) | OptionType::Hash | OptionType::Provider => "Hash".to_owned(),
    }
}

/// The classes of options that the constants use.
fn option_classes(model: &Model) -> Vec<String> {
    let presets = model.key_kinds.iter().flat_map(|kind| &kind.presets);
    let named = presets.filter(|preset| preset.name_in(Language::Python).is_some());
    let options = named.flat_map(|preset| &preset.with);
    let mut classes: Vec<String> = options
        .map(|(option, _)| option_class(model, option))
        .collect();
    classes.sort();
    classes.dedup();
    classes
}

/// Returns the constants of a kind and of its presets.
fn constants(model: &Model, kind: &KeyKind) -> Vec<Constant> {
    let own = kind.name_in(Language::Python);
    let first = Constant {
        name: own.map_or_else(|| kind.name.shouty(), str::to_owned),
        doc: one_line(&kind.doc),
        besides: String::new(),
    };
    let presets = kind.presets.iter().filter_map(|preset| {
        let with = preset.with.iter().map(|(option, value)| {
            let class = option_class(model, option);
            format!(", {}={class}.{}", option.snake(), value.shouty())
        });
        Some(Constant {
            name: preset.name_in(Language::Python)?.to_owned(),
            doc: one_line(&preset.doc),
            besides: with.collect(),
        })
    });
    [first].into_iter().chain(presets).collect()
}

/// Returns the list of the names in Python.
fn exported_names(model: &Model, kinds: &[&KeyKind]) -> String {
    let constants = kinds.iter().flat_map(|kind| constants(model, kind));
    let classes = model.roles.iter().map(|role| role.name.camel() + "Spec");
    exported(constants.map(|constant| constant.name).chain(classes))
}

/// Returns the names of a role's kinds as a property in TypeScript.
fn node_names(role: &Role, names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    listed(&format!("{}: [", role.name.lower_camel()), &names, "],", 2)
}

/// Returns sizes as a tuple of Python.
fn tuple(sizes: &[u32]) -> String {
    match sizes {
        [only] => format!("({only},)"),
        _ => format!("{sizes:?}").replace('[', "(").replace(']', ")"),
    }
}

/// The heading of the tables in the book.
const HEAD: &str = "| name | description | bits |\n| --- | --- | --- |";

fn row(kind: &KeyKind) -> String {
    let listed = |sizes: &[u32], joint: &str| {
        let sizes: Vec<String> = sizes.iter().map(u32::to_string).collect();
        sizes.join(joint)
    };
    let mut bits = listed(&kind.bits, ", else ");
    if !kind.named_sizes.is_empty() {
        bits.push_str(&format!(" ({})", listed(&kind.named_sizes, ", ")));
    }
    let name = kind.name.kebab();
    format!("| `{name}` | {} | {bits} |", cell(&kind.doc))
}
