//! What begins a stream answers its number alone and names what may end it; the rest is the service's.

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
            Some(Stream::Begin) if !answers_number(operation) => wrong(
                "stream",
                "what begins a stream answers its number and nothing else",
                "give it the one output `stream` of type `uint64`",
            ),
            Some(Stream::Begin) if operation.ends_with.is_empty() => wrong(
                "stream",
                "a stream has a direction, and this one names no operation that may end it",
                "add `ends-with = [\"stream_finish\"]`, or `stream_verify` if it must not hand out its result",
            ),
            Some(Stream::Continue | Stream::End) if operation.handler != Handler::Service => wrong(
                "stream",
                "streams are the connection's, so the service continues them",
                "add `handler = \"service\"`",
            ),
            _ => {}
        }
        if operation.stream != Some(Stream::Begin) && !operation.ends_with.is_empty() {
            wrong(
                "ends-with",
                "only an operation that begins a stream can say what ends it",
                "take `ends-with` out, or add `stream = \"begin\"`",
            );
        }
        if let Some(other) = operation.ends_with.iter().find(|name| !ends(name)) {
            wrong(
                "ends-with",
                &format!("`{other}` ends no stream"),
                "name operations that have `stream = \"end\"`",
            );
        }
        if operation.handler == Handler::Service && operation.provider == ProviderKind::Core {
            wrong(
                "handler",
                "the core provider is the service already",
                "take `handler` out",
            );
        }
    }
    problems
}

fn answers_number(operation: &Operation) -> bool {
    let outputs = || operation.output.iter();
    outputs().count() == 1
        && outputs().all(|(name, field)| {
            name == "stream" && field.type_name == "uint64" && !field.repeated && !field.optional
        })
}
