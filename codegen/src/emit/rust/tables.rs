//! The tables in Rust: opcodes, statuses and error kinds, providers, authenticators, constants.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::names::{doc_lines, variant_name};
use crate::emit::output::{Output, banner};
use crate::model::{
    Caller, Effect, Form, Handler, Listed, Model, Name, Operation, Payload, ProviderKind, Retry,
    Status, Stream, TypeRef,
};

const FOLDER: &str = "contracts/src/generated";

/// Renders the tables, and the module of all generated code.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut write = |name: &str, text: String| {
        output.insert(format!("{FOLDER}/{name}.rs"), text);
    };
    let banner_of_operations = &banner("contracts/operations/*.toml");
    write(
        "opcode/mod",
        Opcodes {
            banner: banner_of_operations,
            model,
        }
        .render()?,
    );
    write(
        "opcode/texts",
        OpcodeTexts {
            banner: banner_of_operations,
            model,
        }
        .render()?,
    );
    write(
        "opcode/rules",
        OpcodeRules::new(banner_of_operations, model).render()?,
    );
    write(
        "opcode/streams",
        OpcodeStreams {
            banner: banner_of_operations,
            model,
        }
        .render()?,
    );
    write(
        "any/mod",
        Any {
            banner: banner_of_operations,
            model,
        }
        .render()?,
    );
    write(
        "any/output",
        AnyOutput {
            banner: banner_of_operations,
            model,
        }
        .render()?,
    );
    let banner_of_statuses = &banner("contracts/statuses.toml");
    write(
        "statuses/mod",
        Statuses {
            banner: banner_of_statuses,
            model,
        }
        .render()?,
    );
    write(
        "statuses/kinds",
        StatusKinds {
            banner: banner_of_statuses,
            model,
        }
        .render()?,
    );
    write(
        "statuses/reported",
        StatusesReported {
            banner: banner_of_operations,
            model,
        }
        .render()?,
    );
    write(
        "statuses/texts",
        StatusTexts {
            banner: banner_of_statuses,
            model,
        }
        .render()?,
    );
    let providers = Providers {
        banner: banner("contracts/providers.toml"),
        model,
    };
    write("providers", providers.render()?);
    let authenticators = Authenticators {
        banner: banner("contracts/authenticators.toml"),
        model,
    };
    write("authenticators", authenticators.render()?);
    let protocol = Protocol {
        banner: banner("contracts/protocol.toml"),
        model,
    };
    write("protocol", protocol.render()?);
    let words = Words {
        banner: banner("contracts/types/*.toml"),
        algorithm: words(model, "algorithm"),
        key_type: words(model, "key-type"),
        areas: model.areas.iter().map(|area| area.name.kebab()).collect(),
    };
    write("words", words.render()?);
    let root = Root {
        banner: banner("contracts"),
    };
    write("mod", root.render()?);
    Ok(output)
}

/// Operations with a property.
type Operations<'a> = Vec<&'a Operation>;

#[derive(Template)]
#[template(path = "rust_tables/opcode/rules.rs", escape = "none")]
struct OpcodeRules<'a> {
    banner: &'a str,
    core: Operations<'a>,
    anyone: Operations<'a>,
    administrator: Operations<'a>,
    listed_to_all: Operations<'a>,
    makes_key: Operations<'a>,
    handled_by_service: Operations<'a>,
    changes_state: Operations<'a>,
    /// Operations that need a usage flag of a key, with the flags that permit them.
    usage: Vec<(&'a Operation, Vec<String>)>,
}

impl<'a> OpcodeRules<'a> {
    fn new(banner: &'a str, model: &'a Model) -> Self {
        let all = || model.operations.iter();
        let with = |holds: fn(&Operation) -> bool| all().filter(|of| holds(of)).collect();
        Self {
            banner,
            core: with(|of| of.provider == ProviderKind::Core),
            anyone: with(|of| of.caller == Caller::Anyone),
            administrator: with(|of| of.caller == Caller::Administrator),
            listed_to_all: with(|of| of.listed == Listed::Everyone),
            makes_key: with(|of| of.keys_with(Effect::Create).next().is_some()),
            handled_by_service: with(|of| of.handler == Handler::Service),
            changes_state: with(Operation::changes_state),
            usage: all()
                .map(|of| (of, usage(of)))
                .filter(|(_, flags)| !flags.is_empty())
                .collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "rust_tables/opcode/mod.rs", escape = "none")]
struct Opcodes<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/opcode/texts.rs", escape = "none")]
struct OpcodeTexts<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/opcode/streams.rs", escape = "none")]
struct OpcodeStreams<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/any/mod.rs", escape = "none")]
struct Any<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/any/output.rs", escape = "none")]
struct AnyOutput<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/statuses/mod.rs", escape = "none")]
struct Statuses<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/statuses/kinds.rs", escape = "none")]
struct StatusKinds<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/statuses/reported.rs", escape = "none")]
struct StatusesReported<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/statuses/texts.rs", escape = "none")]
struct StatusTexts<'a> {
    banner: &'a str,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "rust_tables/words.rs", escape = "none")]
struct Words {
    banner: String,
    algorithm: BTreeSet<String>,
    key_type: BTreeSet<String>,
    areas: Vec<String>,
}

/// Returns the names of all variants and values that can occur in a value of the type. Empty if the
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

/// Returns the usage flags that permit an operation.
fn usage(operation: &Operation) -> Vec<String> {
    let flags = operation.keys.iter().flat_map(|key| &key.usage);
    flags.map(Name::kebab).collect()
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

fn stream_part(of: &Stream) -> &'static str {
    match of {
        Stream::Begin => "Begin",
        Stream::Continue => "Continue",
        Stream::End => "End",
    }
}

/// Returns a Rust string literal.
pub(in crate::emit) fn quoted(text: &str) -> String {
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
