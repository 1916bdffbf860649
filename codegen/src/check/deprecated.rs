//! What new keys should not use at all has no sizes that they should not have.

use crate::problem::Problem;
use crate::read::Contracts;

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &contracts.types {
        for (name, found) in &file.types {
            for (value_name, value) in &found.value {
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
