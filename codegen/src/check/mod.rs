//! Validates the contracts, with one file for each rule. Emitters rely on these rules.

mod answers;
mod areas;
mod deprecated;
mod examples;
mod forms;
mod handle_examples;
mod handles;
mod key_kinds;
mod key_options;
mod keys;
mod names;
mod numbers;
mod providers;
mod published;
mod ranges;
mod statuses;
mod streams;
mod texts;
mod types;

use crate::problem::Problem;
use crate::read::Contracts;
use crate::read::raw::{Field, Map};

type Rule = fn(&Contracts) -> Vec<Problem>;

/// A rule can assume that all rules before it hold: the checks stop at the first rule with
/// problems.
const RULES: &[Rule] = &[
    names::check,
    texts::check,
    forms::check,
    types::check,
    numbers::check,
    ranges::check,
    areas::check,
    statuses::check,
    keys::check,
    streams::check,
    answers::check,
    deprecated::check,
    published::check,
    providers::check,
    examples::check,
    key_kinds::check,
    key_options::check,
    handles::check,
    handle_examples::check,
];

/// Returns the problems of the first violated rule.
pub fn all(contracts: &Contracts) -> Vec<Problem> {
    RULES
        .iter()
        .map(|rule| rule(contracts))
        .find(|problems| !problems.is_empty())
        .unwrap_or_default()
}

/// A group of fields in the contracts, with its path.
struct Fields<'a> {
    file: &'a str,
    path: Vec<String>,
    fields: &'a Map<Field>,
    /// Whether they are the inputs of an operation, which can have bounds and defaults.
    inputs: bool,
}

/// Returns all groups of fields: of structs and of variants, inputs and outputs.
fn all_fields(contracts: &Contracts) -> Vec<Fields<'_>> {
    let mut groups = Vec::new();
    for file in &contracts.types {
        for (name, found) in &file.types {
            let path = vec![name.clone(), "field".to_owned()];
            groups.push(Fields {
                file: &file.file,
                path,
                fields: &found.field,
                inputs: false,
            });
            for (variant_name, variant) in &found.variant {
                let path = [name, "variant", variant_name, "inner"]
                    .map(str::to_owned)
                    .to_vec();
                groups.push(Fields {
                    file: &file.file,
                    path,
                    fields: &variant.inner,
                    inputs: false,
                });
            }
        }
    }
    for file in &contracts.operations {
        let operation = &file.operation;
        for (name, fields) in [("input", &operation.input), ("output", &operation.output)] {
            let path = vec![name.to_owned()];
            groups.push(Fields {
                file: &file.file,
                path,
                fields,
                inputs: name == "input",
            });
        }
    }
    groups
}

/// Appends steps to a path.
fn deeper(path: &[String], steps: &[&str]) -> Vec<String> {
    path.iter()
        .cloned()
        .chain(steps.iter().map(|step| (*step).to_owned()))
        .collect()
}

/// Returns advice for an unknown name: "did you mean" and the nearest known name.
fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let best = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((score, name)) if score > 0.6 => format!("did you mean `{name}`?"),
        Some(_) | None => "contracts/README.md lists the valid values".to_owned(),
    }
}
