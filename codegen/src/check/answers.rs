//! Outputs that are declared as fixed exist and are determined by the inputs.

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
            wrong("the operation has no outputs", "omit `answer`");
        } else if operation.stream == Some(Stream::Begin) {
            wrong(
                "an operation that begins a stream returns a new number each time",
                "omit `answer`",
            );
        } else if operation.answer == Answer::ByAlgorithm
            && !may_be_deterministic(contracts, operation)
        {
            wrong(
                "no input is an algorithm with `deterministic` variants",
                "mark the variants with `deterministic = true`, or write \"fixed\" or \"varies\"",
            );
        }
    }
    problems
}

/// Returns whether an input may name a deterministic algorithm.
fn may_be_deterministic(contracts: &Contracts, operation: &Operation) -> bool {
    operation.input.values().any(|field| {
        contracts
            .type_named(&field.type_name)
            .is_some_and(|(_, found)| found.variant.values().any(|variant| variant.deterministic))
    })
}
