//! The methods of the raw layer.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::types::result_name;
use super::{
    FieldView, Imports, argument_type, doc_lines, docstring, field_view, import_lines, markup,
};
use crate::emit::keywords;
use crate::emit::output::banner;
use crate::emit::python::layout::{Code, lines, wrap};
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
            let mut file = Operations {
                banner: banner(source),
                title: &area.title,
                class: class(area),
                is_async,
                imports: Vec::new(),
                operations: &operations,
            };
            let own = imports(&operations, is_async);
            file.imports = import_lines(&file.render()?, &own);
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
    imports: Vec<String>,
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
    doc: String,
    signature: Vec<String>,
    async_signature: Vec<String>,
    /// The documentation of the arguments.
    arguments: Vec<String>,
    call: Vec<String>,
    async_call: Vec<String>,
    output: String,
    inputs: Vec<FieldView>,
}

fn class(area: &Area) -> String {
    format!("{}Operations", area.name.camel())
}

/// Returns the names of the package that the methods use.
fn imports(operations: &[OperationView], is_async: bool) -> Imports {
    let base = if is_async {
        "AsyncOperations"
    } else {
        "Operations"
    };
    let mut caller = BTreeSet::from([base.to_owned()]);
    let mut inputs = operations.iter().flat_map(|of| &of.inputs);
    if inputs.any(|field| field.type_name.contains("BytesLike")) {
        caller.insert("BytesLike".to_owned());
    }
    Imports::from([
        ("..".to_owned(), BTreeSet::from(["types".to_owned()])),
        ("..caller".to_owned(), caller),
    ])
}

/// Returns the lines that document the arguments of an operation.
fn argument_docs(inputs: &[FieldView], provider: Option<&str>) -> Vec<String> {
    let inputs = inputs
        .iter()
        .map(|field| format!("{}: {}", field.argument, field.doc));
    let provider = provider
        .map(|name| format!("{name}: The number of the provider. Without it: the client's."));
    inputs
        .chain(provider)
        .flat_map(|doc| wrap(&doc, &" ".repeat(12), &" ".repeat(16)))
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
    let provider = (operation.provider != ProviderKind::Core).then_some(if taken {
        "provider_"
    } else {
        "provider"
    });
    let output = format!("types.{}", result_name(operation));
    let signature = |before: &str| {
        let method = keywords::python(&operation.name.snake());
        let parameters = parameters(&inputs, provider);
        let function = Code::call(&format!("{before}def {method}"), parameters);
        lines(&function, 4, &format!(" -> {output}:"))
    };
    let call = |wait: &str| {
        let entry = |field: &FieldView| format!("\"{}\": {}", field.name, field.argument);
        let entries = inputs.iter().map(|field| Code::text(entry(field)));
        let arguments = vec![
            Code::text(format!("\"{}\"", operation.name.snake())),
            Code::text(provider.unwrap_or("0")),
            Code::Group("{".to_owned(), entries.collect(), "}"),
        ];
        let call = Code::call("self._caller.call", arguments);
        lines(&call.after(&format!("response = {wait}")), 8, "")
    };
    let summary = markup(&operation.summary);
    let arguments = argument_docs(&inputs, provider);
    OperationView {
        doc: match arguments.as_slice() {
            [] => docstring(&summary, 8),
            _ => doc_lines(&summary, 8).join("\n"),
        },
        signature: signature(""),
        async_signature: signature("async "),
        arguments,
        call: call(""),
        async_call: call("await "),
        output,
        inputs,
    }
}

fn parameters(inputs: &[FieldView], provider: Option<&str>) -> Vec<Code> {
    let named = inputs.iter().map(|field| {
        let default = if field.optional { " = None" } else { "" };
        format!("{}: {}{default}", field.argument, field.type_name)
    });
    let provider = provider.map(|name| format!("{name}: Optional[int] = None"));
    let named: Vec<String> = named.chain(provider).collect();
    let star = (!named.is_empty()).then(|| "*".to_owned());
    let own = ["self".to_owned()].into_iter().chain(star);
    own.chain(named).map(Code::text).collect()
}
