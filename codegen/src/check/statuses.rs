//! Statuses have a kind that exists and, where they are ours, a published fallback.

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
                "a failure needs a kind",
                "add `kind = \"…\"`: callers branch on it",
            )),
            Some(kind) if !contracts.statuses.kind.contains_key(kind) => {
                problems.push(Problem::at(
                    STATUSES,
                    ["status", name, "kind"],
                    format!("there is no kind `{kind}`"),
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
                "clients without the extension flag need something that they know",
                "add `fallback = \"…\"` with a published status",
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
                    format!("there is no status `{name}`"),
                    nearest(name, known()),
                ));
            }
        }
    }
    problems
}
