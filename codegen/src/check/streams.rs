//! An operation that begins a stream returns only its number, and names the operations that can end
//! it. The service executes all others.

use crate::problem::Problem;
use crate::read::Contracts;
use crate::read::raw::{Handler, Operation, ProviderKind, Stream};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let ends = |name: &String| {
        contracts
            .operations
            .iter()
            .any(|file| file.name == *name && file.operation.stream == Some(Stream::End))
    };
    for file in &contracts.operations {
        let operation = &file.operation;
        let mut wrong = |key: &str, message: &str, help: &str| {
            problems.push(Problem::at(&file.file, [key], message, help));
        };
        match operation.stream {
            Some(Stream::Begin) if !returns_only_number(operation) => wrong(
                "stream",
                "an operation that begins a stream must return its number and nothing else",
                "declare `stream` of type `uint64` as its only output",
            ),
            Some(Stream::Begin) if operation.ends_with.is_empty() => wrong(
                "stream",
                "the operation does not name the operations that can end its stream",
                "add `ends-with = [\"stream_finish\"]`, or `stream_verify` if it must not return its result",
            ),
            Some(Stream::Continue | Stream::End) if operation.handler != Handler::Service => wrong(
                "stream",
                "streams belong to connections, so the service must continue them",
                "add `handler = \"service\"`",
            ),
            _ => {}
        }
        if operation.stream != Some(Stream::Begin) && !operation.ends_with.is_empty() {
            wrong(
                "ends-with",
                "only an operation that begins a stream can have `ends-with`",
                "omit `ends-with`, or add `stream = \"begin\"`",
            );
        }
        if let Some(other) = operation.ends_with.iter().find(|name| !ends(name)) {
            wrong(
                "ends-with",
                &format!("`{other}` does not end a stream"),
                "name operations with `stream = \"end\"`",
            );
        }
        if operation.handler == Handler::Service && operation.provider == ProviderKind::Core {
            wrong(
                "handler",
                "the service always executes operations of the core provider",
                "omit `handler`",
            );
        }
    }
    problems
}

fn returns_only_number(operation: &Operation) -> bool {
    let outputs = || operation.output.iter();
    outputs().count() == 1
        && outputs().all(|(name, field)| {
            name == "stream" && field.type_name == "uint64" && !field.repeated && !field.optional
        })
}
