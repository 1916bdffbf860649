//! The types and operations as Rust's own: no protobuf shows, and nothing is lost on the way.

mod checks;
pub(super) mod operations;
mod types;

use anyhow::Result;

use super::{Output, banner};
use crate::model::{Model, Type};

pub(super) use self::operations::operation_doc;
pub(super) use self::types::{deprecated, fields_of_type, has_default, imports};

const FOLDER: &str = "contracts/src/generated";

/// The modules `types` and `operations`, and the one that holds them.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for module in &model.modules {
        let types: Vec<&Type> = module.own_types().collect();
        if types.is_empty() {
            continue;
        }
        output.insert(
            format!("{FOLDER}/types/{}.rs", module.name.snake()),
            types::file(model, module, &types)?,
        );
    }
    for area in &model.areas {
        output.insert(
            format!("{FOLDER}/operations/{}.rs", area.name.snake()),
            operations::file(model, area)?,
        );
    }
    let modules = |names: Vec<String>, doc: &str| {
        let lines = names.iter().map(|name| format!("mod {name};\n"));
        let uses = names.iter().map(|name| format!("pub use {name}::*;\n"));
        format!(
            "// {}\n\n//! {doc}\n\n{}\n{}",
            banner("contracts"),
            lines.collect::<String>(),
            uses.collect::<String>()
        )
    };
    let of_types = model.modules.iter();
    let types = of_types.filter(|module| module.own_types().next().is_some());
    output.insert(
        format!("{FOLDER}/types/mod.rs"),
        modules(
            types.map(|m| m.name.snake()).collect(),
            "The types that operations share.",
        ),
    );
    output.insert(
        format!("{FOLDER}/operations/mod.rs"),
        modules(
            model.areas.iter().map(|area| area.name.snake()).collect(),
            "Every operation: its inputs, named as the operation, and its outputs.",
        ),
    );
    Ok(output)
}
