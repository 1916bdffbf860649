//! The raw layer of the Swift package: types, and a method for each operation.

mod code;
mod shapes;

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;
use heck::ToLowerCamelCase as _;

use self::code::{class, doc, listed};
use self::shapes::{Direction, Shape, Struct, fields, shape};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::text::one_line;
use crate::model::{Field, Model, Operation, ProviderKind};

const FOLDER: &str = "clients/swift/Sources/Parsec/Generated";
/// The folder with a file for each type.
const TYPES: &str = "clients/swift/Sources/Parsec/Generated/Contract";
/// The folder with a file for each operation.
const OPERATIONS: &str = "clients/swift/Sources/Parsec/Generated/Raw";
const TESTS: &str = "clients/swift/Tests/ParsecTests/Generated";

/// Renders a file for each type and each operation, and the providers; for the tests also a call of
/// each operation by name.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut write = |folder: &str, name: &str, text: String| {
        let path = format!("{folder}/{name}.swift");
        output.insert(path, text.trim_end().to_owned() + "\n");
    };
    for module in &model.modules {
        let source = banner(&format!("contracts/types/{}.toml", module.name));
        for found in &module.types {
            let shape = shape(model, found);
            let parts: Vec<String> = [Some(shape.code()?), shape.native()?]
                .into_iter()
                .flatten()
                .collect();
            let name = format!("Contract+{}", found.name.camel());
            write(TYPES, &name, file(model, &source, parts)?);
        }
    }
    for operation in &model.operations {
        let mut parts = Vec::new();
        for message in messages(model, operation) {
            parts.push(message.code()?);
            parts.extend(message.native()?);
        }
        let view = OperationView::new(operation);
        parts.push(RawMethod { operation: &view }.render()?);
        let name = format!("Raw+{}", operation.name.camel());
        write(
            OPERATIONS,
            &name,
            file(model, &banner(&operation.file), parts)?,
        );
    }
    let operations: Vec<_> = model.operations.iter().map(OperationView::new).collect();
    let by_name = ByName {
        banner: &banner("contracts/operations/*.toml"),
        operations: &operations,
    };
    write(TESTS, "RawByName", by_name.render()?);
    let providers = model.providers.iter().map(|provider| {
        let doc = one_line(&provider.description);
        let case = keywords::swift(&provider.name.lower_camel());
        (case, provider.id, doc, provider.name.kebab())
    });
    let providers = Providers {
        banner: banner("contracts/providers.toml"),
        providers: providers.collect(),
    };
    write(FOLDER, "Provider", providers.render()?);
    let kinds = model.kinds.iter();
    let failures = Failures {
        banner: banner("contracts/statuses.toml"),
        kinds: kinds
            .map(|kind| keywords::swift(&kind.name.lower_camel()))
            .collect(),
    };
    write(FOLDER, "NativeFailures", failures.render()?);
    Ok(output)
}

/// Renders a file of several extensions. It imports Foundation only if public declarations use it:
/// Swift warns about unused imports.
fn file(model: &Model, banner: &str, parts: Vec<String>) -> Result<String> {
    let uses_foundation = parts.iter().any(|part| part.contains("Foundation."));
    let parts = parts.iter().map(|part| unqualified(model, part)).collect();
    let file = File {
        banner,
        uses_foundation,
        parts,
    };
    Ok(file.render()?)
}

/// The names of Swift and of Foundation that generated code uses.
const STANDARD: &[&str] = &[
    "Bool",
    "CaseIterable",
    "Codable",
    "CodingKey",
    "Data",
    "Decoder",
    "Encoder",
    "Hashable",
    "Sendable",
    "String",
    "UInt32",
    "UInt64",
];

/// Returns code without the modules of those names that no type of the contracts has.
fn unqualified(model: &Model, code: &str) -> String {
    let types = model.modules.iter().flat_map(|module| &module.types);
    let taken: BTreeSet<String> = types.map(|found| class(&found.name)).collect();
    let free = STANDARD.iter().filter(|name| !taken.contains(**name));
    free.fold(code.to_owned(), |code, name| {
        let code = code.replace(&format!("Swift.{name}"), name);
        code.replace(&format!("Foundation.{name}"), name)
    })
}

/// Returns the input and the output of an operation. They are nested in `Raw`, because an operation
/// may have the name of a type. An input is only converted to the binding, an output only from it.
fn messages(model: &Model, operation: &Operation) -> Vec<Shape> {
    let symbol = symbol(operation);
    let message = |ending: &str, what: &str, direction: Direction, of: &[Field]| {
        Shape::Struct(Struct {
            scope: "Raw",
            name: format!("{}{ending}", operation.name.camel()),
            native: format!("{}{ending}", operation.name.camel()),
            doc: format!("The {what} of ``Raw/{symbol}``."),
            fields: fields(model, of, false),
            all_optional: false,
            direction,
        })
    };
    let mut messages = Vec::new();
    if !operation.inputs.is_empty() {
        let input = message("Request", "input", Direction::Lowered, &operation.inputs);
        messages.push(input);
    }
    let output = message("Response", "output", Direction::Lifted, &operation.outputs);
    messages.push(output);
    messages
}

/// Returns the DocC symbol of the method of an operation, with the labels of its arguments.
fn symbol(operation: &Operation) -> String {
    let labels = match (operation.inputs.is_empty(), operation.provider) {
        (true, ProviderKind::Core) => "",
        (false, ProviderKind::Core) => "_:",
        (true, _) => "provider:",
        (false, _) => "_:provider:",
    };
    format!("{}({labels})", operation.name.lower_camel())
}

#[derive(Template)]
#[template(path = "swift/file.swift", escape = "none")]
struct File<'a> {
    banner: &'a str,
    uses_foundation: bool,
    parts: Vec<String>,
}

#[derive(Template)]
#[template(path = "swift/raw.swift", escape = "none")]
struct RawMethod<'a> {
    operation: &'a OperationView,
}

#[derive(Template)]
#[template(path = "swift/by_name.swift", escape = "none")]
struct ByName<'a> {
    banner: &'a str,
    operations: &'a [OperationView],
}

#[derive(Template)]
#[template(path = "swift/providers.swift", escape = "none")]
struct Providers {
    banner: String,
    providers: Vec<(String, u8, String, String)>,
}

#[derive(Template)]
#[template(path = "swift/failures.swift", escape = "none")]
struct Failures {
    banner: String,
    kinds: Vec<String>,
}

struct OperationView {
    name: String,
    method: String,
    /// Its name in the code of uniffi.
    native: String,
    doc: String,
    core: bool,
    empty: bool,
    has_no_output: bool,
    message: String,
}

impl OperationView {
    /// Returns the declaration of the method.
    fn declaration(&self) -> String {
        let input = (!self.empty).then(|| format!("_ input: {}Request", self.message));
        let provider = (!self.core).then(|| "provider: Provider? = nil".to_owned());
        let parameters: Vec<String> = input.into_iter().chain(provider).collect();
        listed(
            &format!("public func {}(", self.method),
            &parameters,
            &format!(") async throws -> {}Response {{", self.message),
            4,
        )
    }

    fn new(operation: &Operation) -> Self {
        Self {
            name: operation.name.snake(),
            method: keywords::swift(&operation.name.lower_camel()),
            native: keywords::swift(
                &keywords::uniffi_method(&operation.name.snake())
                    .trim_start_matches("r#")
                    .to_lower_camel_case(),
            ),
            doc: one_line(&operation.summary),
            core: operation.provider == ProviderKind::Core,
            empty: operation.inputs.is_empty(),
            has_no_output: operation.outputs.is_empty(),
            message: operation.name.camel(),
        }
    }
}
