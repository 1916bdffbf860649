//! An answer that is said to be fixed can be compared: it is there, and follows from the inputs.

use crate::problem::Problem;
use crate::read::Contracts;
use crate::read::raw::{Answer, Operation, Stream};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &contracts.operations {
        let operation = &file.operation;
        let mut wrong = |message: &str, help: &str| {
            problems.push(Problem::at(&file.file, ["answer"], message, help));
        };
        if operation.answer == Answer::Varies {
            continue;
        }
        if operation.output.is_empty() {
            wrong(
                "an operation without outputs answers nothing",
                "take `answer` out",
            );
        } else if operation.stream == Some(Stream::Begin) {
            wrong(
                "what begins a stream answers another number each time",
                "take `answer` out",
            );
        } else if operation.answer == Answer::ByAlgorithm && !may_be_fixed(contracts, operation) {
            wrong(
                "no input is an algorithm of which some are `deterministic`",
                "mark those variants with `deterministic = true`, or write \"fixed\" or \"varies\"",
            );
        }
    }
    problems
}

/// Whether an input may name an algorithm that gives the same output each time.
fn may_be_fixed(contracts: &Contracts, operation: &Operation) -> bool {
    operation.input.values().any(|field| {
        contracts
            .type_named(&field.type_name)
            .is_some_and(|(_, found)| found.variant.values().any(|variant| variant.deterministic))
    })
}
