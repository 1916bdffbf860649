//! The raw layer of the Rust client: a method for each operation, async and blocking.

use anyhow::Result;
use askama::Template;

use super::names::doc_lines;
use crate::emit::output::{Output, banner};
use crate::model::{Model, Operation, ProviderKind};

const FOLDER: &str = "clients/rust/src/generated";

/// Renders the two raw layers, with a file for each area, and their modules.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let source = "contracts/operations/*.toml";
    let files: Vec<String> = model.areas.iter().map(|area| area.name.snake()).collect();
    for blocking in [false, true] {
        let layer = if blocking { "blocking_raw" } else { "raw" };
        for area in &model.areas {
            let raw = Raw {
                banner: banner(source),
                blocking,
                title: &area.title,
                operations: model.operations_of(area).map(view).collect(),
            };
            let path = format!("{FOLDER}/{layer}/{}.rs", area.name.snake());
            output.insert(path, raw.render()?);
        }
        let any = Any {
            banner: banner(source),
            blocking,
            operations: model.operations.iter().map(view).collect(),
        };
        output.insert(format!("{FOLDER}/{layer}/call_any.rs"), any.render()?);
        let modules = Modules {
            banner: banner(source),
            blocking,
            files: &files,
        };
        output.insert(format!("{FOLDER}/{layer}/mod.rs"), modules.render()?);
    }
    let modules = format!(
        "// {}\n\n//! The raw layer, the handles, and the kinds and options of keys.\n\npub(crate) mod blocking;\nmod blocking_raw;\nmod core;\npub(crate) mod handles;\npub(crate) mod key_options;\npub(crate) mod key_specs;\npub(crate) mod kinds;\nmod raw;\n",
        banner(source)
    );
    output.insert(format!("{FOLDER}/mod.rs"), modules);
    Ok(output)
}

fn view(operation: &Operation) -> OperationView {
    OperationView {
        doc: doc_lines(&operation.summary),
        name: operation.name.rust_type(),
        method: operation.name.rust(),
        core: operation.provider == ProviderKind::Core,
    }
}

#[derive(Template)]
#[template(path = "rust_client/raw.rs", escape = "none")]
struct Raw<'a> {
    banner: String,
    blocking: bool,
    title: &'a str,
    operations: Vec<OperationView>,
}

#[derive(Template)]
#[template(path = "rust_client/call_any.rs", escape = "none")]
struct Any {
    banner: String,
    blocking: bool,
    operations: Vec<OperationView>,
}

#[derive(Template)]
#[template(path = "rust_client/raw_mod.rs", escape = "none")]
struct Modules<'a> {
    banner: String,
    blocking: bool,
    files: &'a [String],
}

struct OperationView {
    doc: Vec<String>,
    name: String,
    method: String,
    core: bool,
}
