//! Every operation has an existing area and the version that introduced it.

use super::nearest;
use crate::problem::Problem;
use crate::read::Contracts;

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let version = &contracts.protocol.version;
    let published = format!("{}.{}", version.major, version.minor);
    let mut problems = Vec::new();
    for file in &contracts.operations {
        let operation = &file.operation;
        if !contracts.protocol.area.contains_key(&operation.area) {
            problems.push(Problem::at(
                &file.file,
                ["area"],
                format!("unknown area `{}`", operation.area),
                nearest(
                    &operation.area,
                    contracts.protocol.area.keys().map(String::as_str),
                ),
            ));
        }
        if ![published.as_str(), "ext"].contains(&operation.since.as_str()) {
            problems.push(Problem::at(
                &file.file,
                ["since"],
                format!("`{}` is not a version of the protocol", operation.since),
                format!(
                    "write \"{published}\" for the published protocol, or \"ext\" for an extension"
                ),
            ));
        }
    }
    problems
}
