//! One emitter for each target. The output of an emitter depends only on the model.

mod book;
mod book_calls;
mod cli;
mod cli_arguments;
mod cli_examples;
mod cli_paths;
mod conformance;
mod errors;
mod format;
mod key_kinds;
mod key_specs;
mod keywords;
mod kotlin;
mod node;
mod output;
mod proto;
mod python;
mod rust;
mod schema;
mod service;
mod strategies;
mod swift;
mod text;
mod uniffi;
mod vectors;
mod wire_page;

use anyhow::Result;

pub use self::output::Output;

use crate::model::Model;
use crate::read::raw::Published;

/// The folders that contain only generated files.
pub const FOLDERS: &[&str] = &[
    "bindings/node/src/generated",
    "bindings/python/src/generated",
    "bindings/uniffi/src/generated",
    "book/src/reference",
    "clients/cli/src/generated",
    "clients/cli/tests/cli/generated",
    "clients/kotlin/src/main/kotlin/org/parsec/client/generated",
    "clients/kotlin/src/main/kotlin/org/parsec/client/internal/generated",
    "clients/kotlin/src/main/kotlin/org/parsec/client/raw/generated",
    "clients/kotlin/src/test/kotlin/org/parsec/client/generated",
    "clients/node/src/generated",
    "clients/node/test/generated",
    "clients/python/parsec_client/_generated",
    "clients/python/parsec_client/_sync",
    "clients/python/parsec_client/aio",
    "clients/python/tests/generated",
    "clients/rust/src/generated",
    "clients/swift/Sources/Parsec/Generated",
    "clients/swift/Tests/ParsecTests/Generated",
    "contracts/proto",
    "contracts/schema",
    "contracts/src/generated",
    "contracts/tests/generated",
    "contracts/vectors/examples",
    "service/providers/api/src/generated",
    "service/providers/api/src/suite/generated",
    "service/src/generated",
    "tests/conformance/cases/generated",
];

/// Renders every target.
///
/// # Errors
///
/// An error if a template or a tool fails. The contracts have passed the checks.
pub fn all(model: &Model, published: &Published) -> Result<Output> {
    let mut output = Output::new();
    let protos = proto::emit(model)?;
    output.extend(rust::emit(model, &protos)?);
    output.extend(protos);
    output.extend(service::emit(model)?);
    output.extend(cli::emit(model)?);
    output.extend(errors::emit(model)?);
    output.extend(python::emit(model)?);
    output.extend(node::emit(model)?);
    output.extend(swift::emit(model)?);
    output.extend(uniffi::emit(model)?);
    output.extend(kotlin::emit(model)?);
    output.extend(key_kinds::emit(model)?);
    output.extend(key_specs::emit(model)?);
    output.extend(vectors::emit(model)?);
    output.extend(conformance::emit(model)?);
    output.extend(strategies::emit(model)?);
    output.extend(book::emit(model, published)?);
    output.extend(wire_page::emit(model)?);
    output.extend(schema::emit()?);
    format::rust(&mut output)?;
    Ok(output)
}
