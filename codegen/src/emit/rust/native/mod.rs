//! The types and operations in Rust, with their conversions from and to protobuf.

mod checks;
pub(in crate::emit) mod operations;
mod types;

use anyhow::Result;
use askama::Template;

use crate::emit::output::{Output, banner};
use crate::model::Model;

pub(in crate::emit) use self::operations::operation_doc;
pub(in crate::emit) use self::types::{deprecated, has_default, imports};

const FOLDER: &str = "contracts/src/generated";

/// Renders the modules `types` and `operations`, with a file for each type and each operation.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut names = Vec::new();
    for module in &model.modules {
        for found in module.own_types() {
            let path = format!("{FOLDER}/types/{}.rs", found.name.rust_file());
            output.insert(path, types::file(model, module, found)?);
            names.push(found.name.rust());
        }
    }
    let modules = Modules::new("The types that operations share.", names);
    output.insert(format!("{FOLDER}/types/mod.rs"), modules.render()?);
    let mut names = Vec::new();
    for operation in &model.operations {
        let path = format!("{FOLDER}/operations/{}.rs", operation.name.rust_file());
        output.insert(path, operations::file(model, operation)?);
        names.push(operation.name.rust());
    }
    let modules = Modules::new("The input and the output of every operation.", names);
    output.insert(format!("{FOLDER}/operations/mod.rs"), modules.render()?);
    Ok(output)
}

#[derive(Template)]
#[template(path = "rust_native/mod.rs", escape = "none")]
struct Modules {
    banner: String,
    doc: &'static str,
    /// In the order of their names.
    files: Vec<String>,
}

impl Modules {
    fn new(doc: &'static str, mut files: Vec<String>) -> Self {
        files.sort();
        Self {
            banner: banner("contracts"),
            doc,
            files,
        }
    }
}
