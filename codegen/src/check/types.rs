//! Named types exist, and the properties of fields fit their types.

use super::{all_fields, deeper, nearest};
use crate::model::length_call;
use crate::problem::Problem;
use crate::read::Contracts;
use crate::read::raw::{Field, Form, Length, Map};

pub(super) const BUILTIN: &[&str] = &["bool", "uint32", "uint64", "string", "bytes"];
/// Functions from an input to a length, which are implemented in `contracts/src/policy.rs`.
const LENGTH_FUNCTIONS: &[&str] = &["hash-length"];

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &contracts.types {
        for (name, found) in &file.types {
            if let Some(base) = &found.base {
                let path = vec![name.clone(), "base".into()];
                problems.extend(known(contracts, &file.file, path, base));
            }
            for (variant_name, variant) in &found.variant {
                if let Some(named) = &variant.type_name {
                    let path = deeper(
                        std::slice::from_ref(name),
                        &["variant", variant_name, "type"],
                    );
                    problems.extend(known(contracts, &file.file, path, named));
                }
            }
        }
    }
    for group in all_fields(contracts) {
        for (name, field) in group.fields {
            let path = deeper(&group.path, &[name, "type"]);
            let at = |key: &str| deeper(&group.path, &[name, key]);
            if let Some(problem) = known(contracts, group.file, path, &field.type_name) {
                problems.push(problem);
                continue;
            }
            problems.extend(
                type_fault(contracts, field, group.inputs)
                    .map(|(key, message, help)| Problem::at(group.file, at(key), message, help)),
            );
            problems.extend(
                length_fault(field, group.fields)
                    .map(|(message, help)| Problem::at(group.file, at("length"), message, help)),
            );
        }
    }
    problems
}

fn known(contracts: &Contracts, file: &str, path: Vec<String>, name: &str) -> Option<Problem> {
    if BUILTIN.contains(&name) || contracts.type_named(name).is_some() {
        return None;
    }
    let all = contracts
        .types
        .iter()
        .flat_map(|file| file.types.keys().map(String::as_str));
    Some(Problem::at(
        file,
        path,
        format!("unknown type `{name}`"),
        nearest(name, BUILTIN.iter().copied().chain(all)),
    ))
}

fn type_fault(
    contracts: &Contracts,
    field: &Field,
    is_input: bool,
) -> Option<(&'static str, &'static str, &'static str)> {
    let form = contracts
        .type_named(&field.type_name)
        .map(|(_, found)| found.form);
    let is_message = matches!(form, Some(Form::Struct | Form::Union));
    let is_enum = form == Some(Form::Enum);
    let is_bool = field.type_name == "bool";
    let bounded = field.min.is_some() || field.max.is_some() || field.length.is_some();
    if field.secret && field.type_name != "bytes" {
        return Some((
            "secret",
            "only bytes can be secret",
            "change the type to `bytes`",
        ));
    }
    if field.optional && (!is_message || field.repeated) {
        return Some((
            "optional",
            "only structs and unions can be optional",
            "omit it; missing scalars are zero or empty",
        ));
    }
    if bounded && !is_input {
        return Some(("type", "only inputs can have bounds", "remove them"));
    }
    if field.max_items.is_some() && !(field.repeated && is_input) {
        return Some((
            "max-items",
            "only repeated inputs can have a maximum number of items",
            "omit it, or add `repeated = true`",
        ));
    }
    let has_no_length = is_message || is_enum || is_bool;
    if bounded && (has_no_length || field.repeated && field.type_name != "bytes") {
        return Some((
            "type",
            "values of this type have no length",
            "remove the bounds",
        ));
    }
    if field.response_length
        && !(is_input && matches!(field.type_name.as_str(), "uint32" | "uint64"))
    {
        return Some((
            "response-length",
            "only a number among the inputs can be the length of the response",
            "omit it",
        ));
    }
    if field.default.is_some() && !is_input {
        return Some(("default", "only inputs can have defaults", "omit it"));
    }
    None
}

fn length_fault(field: &Field, siblings: &Map<Field>) -> Option<(String, String)> {
    let Some(Length::Function(call)) = &field.length else {
        return None;
    };
    let Some((function, input)) = length_call(call) else {
        return Some((
            format!("`{call}` is not a function of an input"),
            "write for example `hash-length(alg)`".to_owned(),
        ));
    };
    if !LENGTH_FUNCTIONS.contains(&function) {
        let help = nearest(function, LENGTH_FUNCTIONS.iter().copied());
        return Some((format!("unknown function `{function}`"), help));
    }
    if !siblings.contains_key(input) {
        let help = nearest(input, siblings.keys().map(String::as_str));
        return Some((format!("unknown input `{input}`"), help));
    }
    None
}
