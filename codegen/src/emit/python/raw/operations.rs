//! The methods of the raw layer.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::types::result_name;
use super::{FieldView, argument_type, field_view};
use crate::emit::keywords;
use crate::emit::output::banner;
use crate::emit::text::one_line;
use crate::model::{Area, Model, Operation, ProviderKind};

/// Renders a file for each area, blocking and for asyncio; `caller.py`, which they call; and `raw.py`,
/// whose classes have all methods.
pub(super) fn emit(model: &Model, write: &mut impl FnMut(&str, String)) -> Result<()> {
    let source = "contracts/operations/*.toml";
    for area in &model.areas {
        let name = keywords::python(&area.name.snake());
        let operations: Vec<_> = model
            .operations_of(area)
            .map(|operation| operation_view(model, operation))
            .collect();
        for is_async in [false, true] {
            let file = Operations {
                banner: banner(source),
                title: &area.title,
                class: class(area),
                is_async,
                base: imports(&operations, is_async),
                operations: &operations,
            };
            let package = if is_async { "aio" } else { "sync" };
            write(&format!("{package}/{name}.py"), file.render()?);
        }
    }
    let areas = model.areas.iter();
    let mut areas: Vec<_> = areas
        .map(|area| (keywords::python(&area.name.snake()), class(area)))
        .collect();
    let classes = areas.iter().map(|(_, class)| class.clone()).collect();
    areas.sort();
    let raw = Raw {
        banner: banner(source),
        classes,
        areas,
    };
    write("raw.py", raw.render()?);
    let caller = Caller {
        banner: banner(source),
    };
    write("caller.py", caller.render()?);
    Ok(())
}

#[derive(Template)]
#[template(path = "python/operations.py", escape = "none")]
struct Operations<'a> {
    banner: String,
    title: &'a str,
    class: String,
    is_async: bool,
    /// The names of `caller.py` that the file uses.
    base: BTreeSet<&'static str>,
    operations: &'a [OperationView],
}

#[derive(Template)]
#[template(path = "python/raw.py", escape = "none")]
struct Raw {
    banner: String,
    /// The classes of the areas, in the order of the book.
    classes: Vec<String>,
    /// Module and class of each area, in the order of their names.
    areas: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "python/caller.py", escape = "none")]
struct Caller {
    banner: String,
}

struct OperationView {
    name: String,
    method: String,
    doc: String,
    core: bool,
    provider: &'static str,
    output: String,
    inputs: Vec<FieldView>,
}

fn class(area: &Area) -> String {
    format!("{}Operations", area.name.camel())
}

fn imports(operations: &[OperationView], is_async: bool) -> BTreeSet<&'static str> {
    let base = if is_async {
        "AsyncOperations"
    } else {
        "Operations"
    };
    let mut inputs = operations.iter().flat_map(|of| &of.inputs);
    let bytes = inputs.any(|field| field.type_name.contains("BytesLike"));
    bytes
        .then_some("BytesLike")
        .into_iter()
        .chain([base])
        .collect()
}

fn operation_view(model: &Model, operation: &Operation) -> OperationView {
    let inputs: Vec<_> = operation
        .inputs
        .iter()
        .map(|field| FieldView {
            type_name: argument_type(model, field),
            ..field_view(model, field)
        })
        .collect();
    let taken = inputs.iter().any(|field| field.argument == "provider");
    OperationView {
        name: operation.name.snake(),
        method: keywords::python(&operation.name.snake()),
        doc: one_line(&operation.summary),
        core: operation.provider == ProviderKind::Core,
        provider: if taken { "provider_" } else { "provider" },
        output: result_name(operation),
        inputs,
    }
}
