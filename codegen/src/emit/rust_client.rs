//! The raw layer of the Rust client: a method an operation, async and blocking.

use anyhow::Result;
use askama::Template;

use super::rust::doc_lines;
use super::{Output, banner};
use crate::model::{Model, ProviderKind};

const FOLDER: &str = "clients/rust/src/generated";

/// The two raw layers and the module that holds them.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let operations: Vec<OperationView> = model
        .operations
        .iter()
        .map(|operation| OperationView {
            doc: doc_lines(&operation.summary),
            name: operation.name.rust_type(),
            method: operation.name.rust(),
            core: operation.provider == ProviderKind::Core,
        })
        .collect();
    let source = "contracts/operations/*.toml";
    let raw = |blocking: bool| {
        Raw {
            banner: banner(source),
            blocking,
            operations: &operations,
        }
        .render()
    };
    let modules = format!(
        "// {}\n\n//! The raw layer, the handles, and the kinds of keys.\n\npub(crate) mod blocking;\nmod blocking_raw;\nmod core;\npub(crate) mod handles;\npub(crate) mod kinds;\nmod raw;\n",
        banner(source)
    );
    Ok(Output::from([
        (format!("{FOLDER}/raw.rs"), raw(false)?),
        (format!("{FOLDER}/blocking_raw.rs"), raw(true)?),
        (format!("{FOLDER}/mod.rs"), modules),
    ]))
}

#[derive(Template)]
#[template(path = "rust_client/raw.rs", escape = "none")]
struct Raw<'a> {
    banner: String,
    blocking: bool,
    operations: &'a [OperationView],
}

struct OperationView {
    doc: Vec<String>,
    name: String,
    method: String,
    core: bool,
}
