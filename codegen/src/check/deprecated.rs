//! What new keys should not use at all has no sizes that they should not have, and only curves have.

use crate::problem::Problem;
use crate::read::Contracts;

/// Whose values are asked for the sizes that new keys should not have.
const SIZED: &str = "ecc-family";

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &contracts.types {
        for (name, found) in &file.types {
            for (value_name, value) in &found.value {
                if name != SIZED && !value.deprecated_bits.is_empty() {
                    problems.push(Problem::at(
                        &file.file,
                        [name.as_str(), "value", value_name, "deprecated-bits"],
                        "nobody asks such a value for its sizes",
                        format!("take it out; only `{SIZED}` has it"),
                    ));
                }
                if value.deprecated.is_some() && !value.deprecated_bits.is_empty() {
                    problems.push(Problem::at(
                        &file.file,
                        [name.as_str(), "value", value_name, "deprecated-bits"],
                        "this value is deprecated at every size",
                        "take this or `deprecated` out",
                    ));
                }
            }
        }
    }
    problems
}
