//! Opcodes, field numbers, enum values, statuses and ids are unique in their scopes.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::{all_fields, deeper};
use crate::problem::Problem;
use crate::read::{AUTHENTICATORS, Contracts, PROVIDERS, STATUSES};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut opcodes: BTreeMap<u32, &str> = BTreeMap::new();
    for file in &contracts.operations {
        if let Some(first) = opcodes.insert(file.operation.opcode, &file.name) {
            problems.push(Problem::at(
                &file.file,
                ["opcode"],
                format!(
                    "`{first}` already has the opcode {:#06x}",
                    file.operation.opcode
                ),
                "use the next free number in the range of extensions in protocol.toml",
            ));
        }
    }
    for group in all_fields(contracts) {
        let numbers = group
            .fields
            .iter()
            .map(|(name, field)| (name.as_str(), field.field));
        problems.extend(unique(group.file, &group.path, "field", numbers));
        for (name, field) in group.fields {
            if field.field == 0 || (19_000..20_000).contains(&field.field) {
                problems.push(Problem::at(
                    group.file,
                    deeper(&group.path, &[name, "field"]),
                    format!("protobuf does not allow the field number {}", field.field),
                    "field numbers start at 1; protobuf reserves 19000 to 19999",
                ));
            }
        }
    }
    for file in &contracts.types {
        for (name, found) in &file.types {
            let values = found
                .value
                .iter()
                .map(|(value, raw)| (value.as_str(), raw.number));
            problems.extend(unique(
                &file.file,
                &deeper(std::slice::from_ref(name), &["value"]),
                "number",
                values,
            ));
            let variants = found
                .variant
                .iter()
                .map(|(variant, raw)| (variant.as_str(), raw.field));
            problems.extend(unique(
                &file.file,
                &deeper(std::slice::from_ref(name), &["variant"]),
                "field",
                variants,
            ));
            let zero = found.value.values().any(|value| value.number == 0);
            if found.form == crate::read::raw::Form::Enum && zero == found.zero.is_some() {
                problems.push(Problem::at(
                    &file.file,
                    [name],
                    "protobuf requires a value 0 in every enum",
                    "add a value 0, or `zero = \"none\"` if messages must not contain it",
                ));
            }
        }
    }
    let statuses = contracts
        .statuses
        .status
        .iter()
        .map(|(name, s)| (name.as_str(), s.number));
    problems.extend(unique(STATUSES, &["status".into()], "number", statuses));
    let providers = contracts
        .providers
        .provider
        .iter()
        .map(|(name, p)| (name.as_str(), p.id));
    problems.extend(unique(PROVIDERS, &["provider".into()], "id", providers));
    let authenticators = contracts
        .authenticators
        .authenticator
        .iter()
        .map(|(name, a)| (name.as_str(), a.id));
    problems.extend(unique(
        AUTHENTICATORS,
        &["authenticator".into()],
        "id",
        authenticators,
    ));
    problems
}

fn unique<'a, N: Ord + Copy + Display>(
    file: &str,
    path: &[String],
    key: &str,
    numbers: impl Iterator<Item = (&'a str, N)>,
) -> Vec<Problem> {
    let mut seen = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, number) in numbers {
        if let Some(first) = seen.insert(number, name) {
            problems.push(Problem::at(
                file,
                deeper(path, &[name, key]),
                format!("`{first}` already has the number {number}"),
                "use a free number; never change a number that was released",
            ));
        }
    }
    problems
}
