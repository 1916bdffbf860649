//! Statuses have an existing kind, and extensions have a published fallback.

use super::nearest;
use crate::problem::Problem;
use crate::read::{Contracts, STATUSES};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let statuses = &contracts.statuses.status;
    let known = || statuses.keys().map(String::as_str);
    let kinds = || contracts.statuses.kind.keys().map(String::as_str);
    let mut problems = Vec::new();
    for (name, status) in statuses {
        match &status.kind {
            None if status.number != 0 => problems.push(Problem::at(
                STATUSES,
                ["status", name],
                "an error status needs a kind",
                "add `kind = \"…\"`, which programs branch on",
            )),
            Some(kind) if !contracts.statuses.kind.contains_key(kind) => {
                problems.push(Problem::at(
                    STATUSES,
                    ["status", name, "kind"],
                    format!("unknown kind `{kind}`"),
                    nearest(kind, kinds()),
                ));
            }
            _ => {}
        }
        let fallback = status.fallback.as_ref();
        if status.extension && fallback.is_none() {
            problems.push(Problem::at(
                STATUSES,
                ["status", name],
                "clients without the extension flag need a published status",
                "add it as `fallback = \"…\"`",
            ));
        }
        if let Some(fallback) = fallback
            && statuses.get(fallback).is_none_or(|found| found.extension)
        {
            problems.push(Problem::at(
                STATUSES,
                ["status", name, "fallback"],
                format!("`{fallback}` is not a published status"),
                nearest(fallback, known()),
            ));
        }
    }
    for file in &contracts.operations {
        for name in file.operation.status.keys() {
            if !statuses.contains_key(name) {
                problems.push(Problem::at(
                    &file.file,
                    ["status", name],
                    format!("unknown status `{name}`"),
                    nearest(name, known()),
                ));
            }
        }
        for (name, other) in &file.operation.reported_as {
            if !file.operation.status.contains_key(name) {
                problems.push(Problem::at(
                    &file.file,
                    ["reported-as", name],
                    format!("the operation does not return `{name}`"),
                    nearest(name, file.operation.status.keys().map(String::as_str)),
                ));
            }
            if statuses.get(other).is_none_or(|found| found.kind.is_none()) {
                problems.push(Problem::at(
                    &file.file,
                    ["reported-as", name],
                    format!("`{other}` is not the status of an error"),
                    nearest(other, known()),
                ));
            }
        }
    }
    problems
}
