//! Names consist of lower-case letters, digits and separators, and are unique when separators are
//! ignored.

use std::collections::BTreeMap;

use super::types::BUILTIN;
use super::{all_fields, deeper};
use crate::problem::Problem;
use crate::read::{AUTHENTICATORS, Contracts, KEY_KINDS, PROTOCOL, PROVIDERS, STATUSES};

/// Names that the emitted packages and modules reserve.
const MODULES_TAKEN: &[&str] = &["types", "mod"];

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    spelling(contracts, &mut problems);
    unique_types(contracts, &mut problems);
    check_reserved(contracts, &mut problems);
    for area in contracts.protocol.area.keys() {
        if MODULES_TAKEN.contains(&area.as_str()) {
            problems.push(Problem::at(
                PROTOCOL,
                ["area", area],
                format!("the name `{area}` is reserved for a generated module"),
                "choose another name",
            ));
        }
    }
    problems
}

fn spelling(contracts: &Contracts, problems: &mut Vec<Problem>) {
    let mut judge = |file: &str, path: Vec<String>, name: &str, joint: char| {
        if let Some(problem) = misspelt(file, path, name, joint) {
            problems.push(problem);
        }
    };
    for file in &contracts.operations {
        judge(&file.file, Vec::new(), &file.name, '_');
    }
    for file in &contracts.types {
        judge(&file.file, Vec::new(), &file.stem, '_');
        for (name, found) in &file.types {
            judge(&file.file, vec![name.clone()], name, '-');
            for value in found.value.keys() {
                let path = deeper(std::slice::from_ref(name), &["value", value]);
                judge(&file.file, path, value, '-');
            }
            for variant in found.variant.keys() {
                let path = deeper(std::slice::from_ref(name), &["variant", variant]);
                judge(&file.file, path, variant, '-');
            }
        }
    }
    for group in all_fields(contracts) {
        for name in group.fields.keys() {
            judge(group.file, deeper(&group.path, &[name]), name, '_');
        }
    }
    let tables: [(&str, &str, Vec<&String>); 10] = [
        (
            STATUSES,
            "status",
            contracts.statuses.status.keys().collect(),
        ),
        (STATUSES, "kind", contracts.statuses.kind.keys().collect()),
        (
            PROVIDERS,
            "provider",
            contracts.providers.provider.keys().collect(),
        ),
        (
            AUTHENTICATORS,
            "authenticator",
            contracts.authenticators.authenticator.keys().collect(),
        ),
        (PROTOCOL, "area", contracts.protocol.area.keys().collect()),
        (KEY_KINDS, "role", contracts.key_kinds.role.keys().collect()),
        (KEY_KINDS, "kind", contracts.key_kinds.kind.keys().collect()),
        (
            KEY_KINDS,
            "option",
            contracts.key_kinds.option.keys().collect(),
        ),
        (
            KEY_KINDS,
            "choice",
            contracts.key_kinds.choice.keys().collect(),
        ),
        (
            KEY_KINDS,
            "family",
            contracts.key_kinds.family.keys().collect(),
        ),
    ];
    for (name, choice) in &contracts.key_kinds.choice {
        for value in choice.value.keys() {
            let path = ["choice", name, "value", value].map(str::to_owned).to_vec();
            judge(KEY_KINDS, path, value, '-');
        }
    }
    for (file, table, names) in tables {
        for name in names {
            judge(file, vec![table.to_owned(), name.clone()], name, '-');
        }
    }
}

fn misspelt(file: &str, path: Vec<String>, name: &str, joint: char) -> Option<Problem> {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let good = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split(joint).all(word);
    let should: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                joint
            }
        })
        .collect();
    (!good).then(|| {
        Problem::at(
            file,
            path,
            format!("`{name}` does not follow the naming rules"),
            format!("use lower-case letters and digits separated by `{joint}`, with a letter first: `{should}`"),
        )
    })
}

/// Checks that a type does not hide a builtin type, and a variant not the generated enum of
/// variants.
fn check_reserved(contracts: &Contracts, problems: &mut Vec<Problem>) {
    for file in &contracts.types {
        for (name, found) in &file.types {
            if BUILTIN.contains(&name.as_str()) {
                problems.push(Problem::at(
                    &file.file,
                    [name],
                    format!("`{name}` is a builtin type"),
                    "choose another name",
                ));
            }
            if found
                .variant
                .get("variant")
                .is_some_and(|variant| variant.type_name.is_none())
            {
                problems.push(Problem::at(
                    &file.file,
                    [name, "variant", "variant"],
                    "the name `variant` is reserved for the generated messages",
                    "choose another name",
                ));
            }
        }
    }
}

fn unique_types(contracts: &Contracts, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for file in &contracts.types {
        for name in file.types.keys() {
            if let Some(first) = seen.insert(name.clone(), &file.file) {
                problems.push(Problem::at(
                    &file.file,
                    [name],
                    format!("the type `{name}` is already defined in {first}"),
                    "give one of the two another name",
                ));
            }
        }
    }
}
