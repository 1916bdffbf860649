//! The provider trait, and the dispatch of the service to it.

use anyhow::Result;
use askama::Template;

use super::output::{Output, banner};
use super::rust::literals::message_code;
use super::rust::names::doc_lines;
use super::rust::native::operations::is_derivation_inputs;
use crate::model::{Effect, Handler, Model, Operation, ProviderKind, Stream};

/// Renders the trait for the provider API, and the dispatch for the service.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let views = |kind: ProviderKind| -> Vec<OperationView> {
        model
            .operations
            .iter()
            .filter(|o| o.provider == kind)
            .map(view)
            .collect()
    };
    let source = "contracts/operations/*.toml";
    let mut output = calls(model)?;
    output.extend([
        (
            "service/providers/api/src/generated/operations.rs".to_owned(),
            Trait {
                banner: banner(source),
                operations: views(ProviderKind::Crypto)
                    .into_iter()
                    .filter(|view| view.shape != Shape::Service)
                    .collect(),
            }
            .render()?,
        ),
        (
            "service/providers/api/src/generated/forwarding.rs".to_owned(),
            Forwarding {
                banner: banner(source),
                operations: views(ProviderKind::Crypto)
                    .into_iter()
                    .filter(|view| view.shape != Shape::Service)
                    .collect(),
            }
            .render()?,
        ),
        (
            "service/providers/api/src/generated/mod.rs".to_owned(),
            Modules {
                banner: banner(source),
                names: &["forwarding", "operations"],
                doc: "The operations of a provider.",
            }
            .render()?,
        ),
        (
            "service/src/generated/dispatch.rs".to_owned(),
            Dispatch {
                banner: banner(source),
                core: views(ProviderKind::Core),
                crypto: views(ProviderKind::Crypto),
            }
            .render()?,
        ),
        (
            "service/src/generated/mod.rs".to_owned(),
            Modules {
                banner: banner(source),
                names: &["dispatch"],
                doc: "Dispatch by opcode.",
            }
            .render()?,
        ),
    ]);
    Ok(output)
}

/// Renders calls of every operation for the provider suite: a file for each area, and their module.
fn calls(model: &Model) -> Result<Output> {
    let folder = "service/providers/api/src/suite/generated";
    let banner = &banner("the examples in contracts/operations/*.toml");
    let mut output = Output::new();
    let mut areas = Vec::new();
    for area in &model.areas {
        let operations: Vec<_> = model
            .operations_of(area)
            .filter(|operation| operation.provider == ProviderKind::Crypto)
            .map(|operation| (view(operation), example(model, operation)))
            .filter(|(view, _)| view.shape != Shape::Service)
            .collect();
        if operations.is_empty() {
            continue;
        }
        let calls = Calls {
            banner,
            title: &area.title,
            operations: &operations,
        };
        let name = area.name.snake();
        output.insert(format!("{folder}/{name}.rs"), calls.render()?);
        areas.push(name);
    }
    let modules = CallModules { banner, areas };
    output.insert(format!("{folder}/mod.rs"), modules.render()?);
    Ok(output)
}

#[derive(Template)]
#[template(path = "service/operations.rs", escape = "none")]
struct Trait {
    banner: String,
    operations: Vec<OperationView>,
}

#[derive(Template)]
#[template(path = "service/forwarding.rs", escape = "none")]
struct Forwarding {
    banner: String,
    operations: Vec<OperationView>,
}

#[derive(Template)]
#[template(path = "service/dispatch.rs", escape = "none")]
struct Dispatch {
    banner: String,
    core: Vec<OperationView>,
    crypto: Vec<OperationView>,
}

#[derive(Template)]
#[template(path = "service/calls.rs", escape = "none")]
struct Calls<'a> {
    banner: &'a str,
    title: &'a str,
    operations: &'a [(OperationView, String)],
}

impl Calls<'_> {
    fn use_keys(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|(operation, _)| !operation.keys.is_empty())
    }

    /// Whether an input contains the text.
    fn uses(&self, text: &str) -> bool {
        let mut inputs = self.operations.iter().map(|(_, input)| input);
        inputs.any(|input| input.contains(text))
    }
}

#[derive(Template)]
#[template(path = "service/calls_mod.rs", escape = "none")]
struct CallModules<'a> {
    banner: &'a str,
    areas: Vec<String>,
}

/// Returns the input of the first example. The checks reject operations without an example.
fn example(model: &Model, operation: &Operation) -> String {
    let name = format!("operations::{}", operation.name.rust_type());
    let values = operation
        .examples
        .first()
        .map_or_else(Default::default, |example| example.input.clone());
    message_code(model, &name, &operation.inputs, &values)
}

#[derive(Template)]
#[template(path = "service/mod.rs", escape = "none")]
struct Modules<'a> {
    banner: String,
    names: &'a [&'a str],
    doc: &'a str,
}

struct OperationView {
    doc: Vec<String>,
    name: String,
    method: String,
    shape: Shape,
    keys: Vec<KeyView>,
    /// Whether its input determines its cost.
    has_cost: bool,
}

struct KeyView {
    argument: String,
    optional: bool,
}

#[derive(PartialEq, Eq)]
enum Shape {
    Plain,
    Uses,
    Creates,
    CreatesFrom,
    Destroys,
    /// Begins a stream, with or without a key.
    Streams,
    /// Executed by the service, for every provider.
    Service,
}

impl OperationView {
    /// Returns the type that the method of the provider returns.
    fn return_type(&self) -> String {
        match self.shape {
            Shape::Creates | Shape::CreatesFrom => "CreatedKey".to_owned(),
            Shape::Streams => "Box<dyn Streaming>".to_owned(),
            _ => format!("{}Output", self.name),
        }
    }

    fn has_output(&self) -> bool {
        !matches!(
            self.shape,
            Shape::Creates | Shape::CreatesFrom | Shape::Streams
        )
    }
}

fn view(operation: &Operation) -> OperationView {
    let creates = operation.keys_with(Effect::Create).next().is_some();
    let destroys = operation.keys_with(Effect::Destroy).next().is_some();
    let uses = operation.keys_with(Effect::Use).next().is_some();
    let shape = match (creates, destroys, uses) {
        _ if operation.handler == Handler::Service => Shape::Service,
        _ if operation.stream == Some(Stream::Begin) => Shape::Streams,
        (true, _, true) => Shape::CreatesFrom,
        (true, _, false) => Shape::Creates,
        (false, true, _) => Shape::Destroys,
        (false, false, true) => Shape::Uses,
        (false, false, false) => Shape::Plain,
    };
    let keys = operation
        .existing_keys()
        .into_iter()
        .map(|key| KeyView {
            argument: key_argument(&key.input.snake()),
            optional: key.optional || key.path.len() > 1,
        })
        .collect();
    OperationView {
        doc: doc_lines(&operation.summary),
        name: operation.name.rust_type(),
        method: operation.name.rust(),
        shape,
        keys,
        has_cost: creates
            || operation.inputs.iter().any(|input| {
                input.response_length
                    || input.bounds.max_items.is_some()
                    || is_derivation_inputs(input)
            }),
    }
}

/// Returns the name of the argument for a key: `attesting_key` for `attesting_key_name`. It always
/// ends in `key`, so that it is neither a keyword nor the name of another argument.
fn key_argument(input: &str) -> String {
    let name = input.strip_suffix("_name").unwrap_or(input);
    if name.ends_with("key") {
        name.to_owned()
    } else {
        format!("{name}_key")
    }
}
