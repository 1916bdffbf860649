//! The tables in Rust: opcodes, statuses and error kinds, providers, authenticators, constants.

use anyhow::Result;
use askama::Template;

use super::rust::{doc_lines, variant_name};
use super::{Output, banner};
use crate::model::{
    Caller, Handler, Kind, Listed, Model, Name, Operation, ProviderKind, Retry, Status, Stream,
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
                kinds: &model.kinds,
                statuses: &model.statuses,
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
#[template(path = "rust_tables/statuses.rs", escape = "none")]
struct Statuses<'a> {
    banner: String,
    kinds: &'a [Kind],
    statuses: &'a [Status],
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
    }
}

/// A string literal of Rust.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn kind_of(status: &Status) -> String {
    status
        .kind
        .as_ref()
        .map_or_else(|| "Internal".to_owned(), variant_name)
}

fn status_named<'a>(statuses: &'a [Status], name: &Name) -> &'a Status {
    statuses
        .iter()
        .find(|status| status.name == *name)
        .unwrap_or_else(|| unreachable!("the checks let the unknown status `{name}` through"))
}

fn magic(model: &Model) -> String {
    format!("{:#010X}", model.protocol.magic)
}
