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
use crate::model::{KeyKind, Model, Name, Role, Value};

/// Renders one file for each language, and for Python also one that its specs import.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let banner = banner("contracts/key_kinds.toml");
    let python_folder = "clients/python/parsec/_generated";
    let with_role = || model.key_kinds.iter().filter(|kind| kind.role.is_some());
    let python_kinds = Python {
        banner: &banner,
        roles: &model.roles,
        by_name: sorted_roles(model),
        kinds: with_role().collect(),
    };
    let sizes = Sizes {
        banner: &banner,
        kinds: &model.key_kinds,
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
    let with_hashes = with_role().filter(|kind| !kind.named_hashes.is_empty());
    let page = Page {
        banner: &banner,
        model,
        hashes: with_hashes
            .flat_map(constants)
            .map(|constant| constant.name)
            .collect(),
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
    roles: &'a [Role],
    /// The names of the roles, in the order of imports.
    by_name: Vec<&'a Name>,
    kinds: Vec<&'a KeyKind>,
}

#[derive(Template)]
#[template(path = "python/sizes.py", escape = "none")]
struct Sizes<'a> {
    banner: &'a str,
    kinds: &'a [KeyKind],
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
    /// The constants in Python with a hash function in their name.
    hashes: Vec<String>,
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

/// A constant of Python.
struct Constant {
    name: String,
    doc: String,
    /// The arguments after the name of the kind.
    besides: String,
}

fn constants(kind: &KeyKind) -> Vec<Constant> {
    let name = kind.name.shouty();
    if kind.named_hashes.is_empty() {
        return vec![Constant {
            name,
            doc: one_line(&kind.doc),
            besides: String::new(),
        }];
    }
    let with_hash = |hash: &Name| Constant {
        name: format!("{name}_{}", hash.shouty().replacen("SHA_", "SHA", 1)),
        doc: format!("{} over {}.", kind.title, hash.kebab().to_uppercase()),
        besides: format!(", hash=Hash.{}", hash.shouty()),
    };
    kind.named_hashes.iter().map(with_hash).collect()
}

/// Returns the list of the names in Python.
fn exported_names(kinds: &[&KeyKind], roles: &[Role]) -> String {
    let constants = kinds.iter().flat_map(|kind| constants(kind));
    let classes = roles.iter().map(|role| role.name.camel() + "Spec");
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
