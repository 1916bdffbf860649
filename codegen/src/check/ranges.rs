//! What is not published takes its numbers from our own ranges, and what is published does not.

use crate::problem::Problem;
use crate::read::{Contracts, STATUSES};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let ours = &contracts.protocol.extension;
    for file in &contracts.operations {
        let opcode = file.operation.opcode;
        let published = contracts.published.operation.contains_key(&file.name);
        if !published && !(ours.first_opcode..=ours.last_opcode).contains(&opcode) {
            problems.push(Problem::at(
                &file.file,
                ["opcode"],
                format!("{opcode:#06x} is not ours to give"),
                format!(
                    "operations that the published protocol lacks take {:#06x} to {:#06x}",
                    ours.first_opcode, ours.last_opcode
                ),
            ));
        }
        if !published && file.operation.listed == crate::read::raw::Listed::Everyone {
            problems.push(Problem::at(
                &file.file,
                ["opcode"],
                "strict clients fail on an opcode that is not published",
                "add `listed = \"extensions\"`",
            ));
        }
    }
    for (name, status) in &contracts.statuses.status {
        let in_range = (ours.first_status..=ours.last_status).contains(&status.number);
        if status.extension != in_range {
            problems.push(Problem::at(
                STATUSES,
                ["status", name, "number"],
                format!("{} is on the wrong side of our range", status.number),
                format!(
                    "statuses with `extension = true`, and only those, take {:#06x} to {:#06x}",
                    ours.first_status, ours.last_status
                ),
            ));
        }
    }
    problems
}
