//! Only curves have deprecated sizes, and a curve that is deprecated at every size does not list
//! them.

use crate::problem::Problem;
use crate::read::Contracts;

/// The type whose values can have deprecated sizes.
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
                        "values of this type have no sizes",
                        format!("omit it; only `{SIZED}` has deprecated sizes"),
                    ));
                }
                if value.deprecated.is_some() && !value.deprecated_bits.is_empty() {
                    problems.push(Problem::at(
                        &file.file,
                        [name.as_str(), "value", value_name, "deprecated-bits"],
                        "this value is deprecated at every size",
                        "omit this or `deprecated`",
                    ));
                }
            }
        }
    }
    problems
}
