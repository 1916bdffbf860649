//! Every operation appears on a handle that clients have, and no two as the same method.

use std::collections::BTreeMap;

use super::nearest;
use crate::problem::Problem;
use crate::read::Contracts;

/// The handles of DESIGN.md and style.md: the client itself, and one for each role of a key.
const HANDLES: &[&str] = &[
    "client",
    "key",
    "signing-key",
    "public-key",
    "decryption-key",
    "symmetric-key",
    "mac-key",
    "derivation-key",
    "agreement-key",
    "stream",
];

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut methods: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for file in &contracts.operations {
        let client = &file.operation.client;
        if !HANDLES.contains(&client.handle.as_str()) {
            problems.push(Problem::at(
                &file.file,
                ["client", "handle"],
                format!("clients have no handle `{}`", client.handle),
                nearest(&client.handle, HANDLES.iter().copied()),
            ));
        }
        if let Some(first) = methods.insert((&client.handle, &client.method), &file.name) {
            problems.push(Problem::at(
                &file.file,
                ["client", "method"],
                format!("`{}` has this method on the same handle", first),
                "give one of the two another name",
            ));
        }
    }
    problems
}
