//! Golden frames from the examples of the contracts, and the same values in Rust for the tests.

mod protobuf;
mod values;

use anyhow::Result;
use askama::Template;
use serde_json::{Value as Json, json};

use super::output::{Output, banner};
use super::rust::literals::message_code;
use crate::model::{Caller, Example, Listed, Model, Operation, Protocol, ProviderKind};

use self::protobuf::encode_fields;
use self::values::fields_json;
pub(super) use self::values::{message_json, written};

/// The application that sends the requests of the examples.
const APPLICATION: &str = "example-application";
/// The published numbers of direct authentication and of the software provider.
const AUTH_DIRECT: u8 = 1;
const PROVIDER_SOFTWARE: u8 = 1;

/// Renders for each operation a file of golden frames, and a Rust file for the tests.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for operation in &model.operations {
        let examples = operation.examples.iter();
        let file = json!({
            "generated": banner(&operation.file),
            "operation": operation.name.snake(),
            "opcode": operation.opcode,
            "examples": examples
                .map(|example| vector(model, operation, example))
                .collect::<Vec<_>>(),
        });
        let path = format!("contracts/vectors/examples/{}.json", operation.name.snake());
        output.insert(path, serde_json::to_string_pretty(&file)? + "\n");
    }
    let mut files = Vec::new();
    for operation in &model.operations {
        let cases = cases(model, operation);
        let code = || cases.iter().flat_map(|case| [&case.input, &case.output]);
        let uses = |name: &str| code().any(|code| code.contains(name));
        let file = Cases {
            banner: banner(&operation.file),
            title: operation.name.snake(),
            uses_secret: uses("Secret::"),
            uses_types: uses("types::"),
            uses_bytes: uses("bytes("),
            cases: &cases,
        };
        let path = format!("{TESTS}/{}.rs", operation.name.rust_file());
        output.insert(path, file.render()?);
        files.push(operation.name.rust());
    }
    files.sort();
    let modules = Modules {
        banner: banner("the examples in contracts/operations/*.toml"),
        files,
    };
    output.insert(format!("{TESTS}/mod.rs"), modules.render()?);
    Ok(output)
}

const TESTS: &str = "contracts/tests/generated/examples";

#[derive(Template)]
#[template(path = "vectors/examples.rs", escape = "none")]
struct Cases<'a> {
    banner: String,
    title: String,
    uses_secret: bool,
    uses_types: bool,
    uses_bytes: bool,
    cases: &'a [Case],
}

#[derive(Template)]
#[template(path = "vectors/mod.rs", escape = "none")]
struct Modules {
    banner: String,
    files: Vec<String>,
}

struct Case {
    operation: String,
    index: usize,
    input: String,
    output: String,
}

fn cases(model: &Model, operation: &Operation) -> Vec<Case> {
    let name = format!("operations::{}", operation.name.rust_type());
    let examples = operation.examples.iter().enumerate();
    examples
        .map(|(index, example)| Case {
            operation: operation.name.snake(),
            index,
            input: message_code(model, &name, &operation.inputs, &example.input),
            output: message_code(
                model,
                &format!("{name}Output"),
                &operation.outputs,
                &example.output,
            ),
        })
        .collect()
}

fn vector(model: &Model, operation: &Operation, example: &Example) -> Json {
    let (input, output) = vector_bodies(model, operation, example);
    json!({
        "title": example.title,
        "input": fields_json(model, &operation.inputs, &example.input),
        "output": fields_json(model, &operation.outputs, &example.output),
        "request": hex::encode(request(&model.protocol, operation, &input)),
        "response": hex::encode(response(&model.protocol, operation, &output)),
    })
}

/// Returns the bodies of the request and the response of an example.
pub(super) fn vector_bodies(
    model: &Model,
    operation: &Operation,
    example: &Example,
) -> (Vec<u8>, Vec<u8>) {
    (
        encode_fields(model, &operation.inputs, &example.input),
        encode_fields(model, &operation.outputs, &example.output),
    )
}

fn provider(operation: &Operation) -> u8 {
    match operation.provider {
        ProviderKind::Core => 0,
        ProviderKind::Crypto => PROVIDER_SOFTWARE,
    }
}

/// Returns the frame of a request.
pub(super) fn request(protocol: &Protocol, operation: &Operation, body: &[u8]) -> Vec<u8> {
    let (auth_type, auth) = match operation.caller {
        Caller::Anyone => (0, ""),
        Caller::Application | Caller::Administrator => (AUTH_DIRECT, APPLICATION),
    };
    let flags = u16::from(operation.listed == Listed::Extensions);
    let mut frame = header(protocol, flags, provider(operation), auth_type);
    frame.extend(length32(body).to_le_bytes());
    frame.extend(u16::try_from(auth.len()).unwrap_or(u16::MAX).to_le_bytes());
    frame.extend(operation.opcode.to_le_bytes());
    frame.extend([0; 4]);
    frame.extend(body);
    frame.extend(auth.as_bytes());
    frame
}

/// Returns the frame of a response.
pub(super) fn response(protocol: &Protocol, operation: &Operation, body: &[u8]) -> Vec<u8> {
    let mut frame = header(protocol, 0, provider(operation), 0);
    frame.extend(length32(body).to_le_bytes());
    frame.extend([0; 2]);
    frame.extend(operation.opcode.to_le_bytes());
    frame.extend([0; 4]);
    frame.extend(body);
    frame
}

fn length32(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// Returns the first 22 bytes of a header, from the magic number to the authentication type.
fn header(protocol: &Protocol, flags: u16, provider: u8, auth_type: u8) -> Vec<u8> {
    let mut bytes = protocol.magic.to_le_bytes().to_vec();
    bytes.extend(protocol.header_size.to_le_bytes());
    bytes.extend([protocol.version.0, protocol.version.1]);
    bytes.extend(flags.to_le_bytes());
    bytes.push(provider);
    bytes.extend([0; 8]);
    bytes.extend([
        protocol.content_type_protobuf,
        protocol.content_type_protobuf,
        auth_type,
    ]);
    bytes
}
