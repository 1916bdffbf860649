//! Extensions have numbers in the ranges of extensions, and published operations and statuses do
//! not.

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
                format!("{opcode:#06x} is not in the range of extensions"),
                format!(
                    "operations that are not published have opcodes from {:#06x} to {:#06x}",
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
                format!("{} is in the wrong range", status.number),
                format!(
                    "statuses with `extension = true`, and only those, have numbers from {:#06x} to {:#06x}",
                    ours.first_status, ours.last_status
                ),
            ));
        }
    }
    problems
}
