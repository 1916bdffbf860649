//! What begins a stream answers its number and nothing else; what goes on with one is the service's.

use crate::problem::Problem;
use crate::read::Contracts;
use crate::read::raw::{Handler, Operation, ProviderKind, Stream};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
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
            Some(Stream::Continue) if operation.handler != Handler::Service => wrong(
                "stream",
                "streams are the connection's, so the service goes on with them",
                "add `handler = \"service\"`",
            ),
            _ => {}
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
