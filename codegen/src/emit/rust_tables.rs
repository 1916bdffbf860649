//! The tables in Rust: opcodes, statuses and error kinds, providers, authenticators, constants.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::rust::{doc_lines, variant_name};
use super::{Output, banner};
use crate::model::{
    Caller, Effect, Form, Handler, Listed, Model, Name, Operation, Payload, ProviderKind, Retry,
    Status, Stream, TypeRef,
};

const FOLDER: &str = "contracts/src/generated";

/// The tables, and the module that holds all generated ones.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let file = |name: &str| format!("{FOLDER}/{name}.rs");
    Ok(Output::from([
        (
            file("opcode"),
            Opcodes {
                banner: banner("contracts/operations/*.toml"),
                operations: &model.operations,
            }
            .render()?,
        ),
        (
            file("any"),
            Any {
                banner: banner("contracts/operations/*.toml"),
                operations: &model.operations,
            }
            .render()?,
        ),
        (
            file("statuses"),
            Statuses {
                banner: banner("contracts/statuses.toml"),
                model,
            }
            .render()?,
        ),
        (
            file("providers"),
            Providers {
                banner: banner("contracts/providers.toml"),
                model,
            }
            .render()?,
        ),
        (
            file("authenticators"),
            Authenticators {
                banner: banner("contracts/authenticators.toml"),
                model,
            }
            .render()?,
        ),
        (
            file("protocol"),
            Protocol {
                banner: banner("contracts/protocol.toml"),
                model,
            }
            .render()?,
        ),
        (
            file("words"),
            Words {
                banner: banner("contracts/types/*.toml"),
                algorithm: words(model, "algorithm"),
                key_type: words(model, "key-type"),
                areas: model.areas.iter().map(|area| area.name.kebab()).collect(),
            }
            .render()?,
        ),
        (
            file("mod"),
            Root {
                banner: banner("contracts"),
            }
            .render()?,
        ),
    ]))
}

#[derive(Template)]
#[template(path = "rust_tables/opcode.rs", escape = "none")]
struct Opcodes<'a> {
    banner: String,
    operations: &'a [Operation],
}

#[derive(Template)]
#[template(path = "rust_tables/any.rs", escape = "none")]
struct Any<'a> {
    banner: String,
    operations: &'a [Operation],
}

#[derive(Template)]
#[template(path = "rust_tables/words.rs", escape = "none")]
struct Words {
    banner: String,
    algorithm: BTreeSet<String>,
    key_type: BTreeSet<String>,
    areas: Vec<String>,
}

/// The names of all variants and values that a value of the type can be made of; none if these
/// contracts have no such type.
fn words(model: &Model, of: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    if model.find_type(of).is_none() {
        return words;
    }
    let mut todo = vec![of.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(name) = todo.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let mut follow = |type_ref: &TypeRef| {
            if let TypeRef::Named(name) = type_ref {
                todo.push(name.kebab());
            }
        };
        match &model.type_named(&name).form {
            Form::Scalar(type_ref, _) => follow(type_ref),
            Form::Enum(of) => words.extend(of.values.iter().map(|value| value.name.kebab())),
            Form::Struct(fields) => fields.iter().for_each(|field| follow(&field.type_ref)),
            Form::Union(variants) => {
                for variant in variants {
                    words.insert(variant.name.kebab());
                    match &variant.payload {
                        Payload::Empty => {}
                        Payload::Value(type_ref) => follow(type_ref),
                        Payload::Fields(fields) => {
                            fields.iter().for_each(|field| follow(&field.type_ref));
                        }
                    }
                }
            }
        }
    }
    words
}

fn makes_key(operation: &Operation) -> bool {
    operation.keys_with(Effect::Create).next().is_some()
}

/// What keys' policies must have for an operation.
fn usage(operation: &Operation) -> Vec<String> {
    let flags = operation.keys.iter().flat_map(|key| &key.usage);
    flags.map(Name::kebab).collect()
}

#[derive(Template)]
#[template(path = "rust_tables/statuses.rs", escape = "none")]
struct Statuses<'a> {
    banner: String,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/providers.rs", escape = "none")]
struct Providers<'a> {
    banner: String,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/authenticators.rs", escape = "none")]
struct Authenticators<'a> {
    banner: String,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/protocol.rs", escape = "none")]
struct Protocol<'a> {
    banner: String,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/mod.rs", escape = "none")]
struct Root {
    banner: String,
}

fn retry(of: &Retry) -> &'static str {
    match of {
        Retry::Never => "Never",
        Retry::Later => "Later",
        Retry::Reconnect => "Reconnect",
    }
}

fn served_by(of: &Operation) -> &'static str {
    match of.provider {
        ProviderKind::Core => "Core",
        ProviderKind::Crypto => "Crypto",
    }
}

fn caller_of(of: &Operation) -> &'static str {
    match of.caller {
        Caller::Anyone => "Anyone",
        Caller::Application => "Application",
        Caller::Administrator => "Administrator",
    }
}

fn listed_to_all(of: &Operation) -> bool {
    of.listed == Listed::Everyone
}

fn handled_by_service(of: &Operation) -> bool {
    of.handler == Handler::Service
}

fn stream_part(of: &Stream) -> &'static str {
    match of {
        Stream::Begin => "Begin",
        Stream::Continue => "Continue",
        Stream::End => "End",
    }
}

/// A string literal of Rust.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn kind_of(status: &Status) -> String {
    status
        .kind
        .as_ref()
        .map_or_else(|| "Internal".to_owned(), variant_name)
}

fn magic(model: &Model) -> String {
    format!("{:#010X}", model.protocol.magic)
}
