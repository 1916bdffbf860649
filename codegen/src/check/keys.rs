//! Rules about keys name existing inputs and usage flags, and are consistent.

use super::nearest;
use crate::model::steps;
use crate::problem::Problem;
use crate::read::Contracts;
use crate::read::raw::{Caller, Effect, KeyRule, Operation};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &contracts.operations {
        let operation = &file.operation;
        for (name, rule) in &operation.key {
            let faults = rule_faults(contracts, operation, name, rule);
            problems.extend(faults.into_iter().map(|(key, message, help)| {
                let path = ["key", name, key];
                let path = path.into_iter().filter(|step| !step.is_empty());
                Problem::at(&file.file, path, message, help)
            }));
        }
        let creates = operation
            .key
            .values()
            .filter(|rule| rule.effect == Effect::Create)
            .count();
        if creates > 1 || creates == 1 && !operation.output.is_empty() {
            problems.push(Problem::at(
                &file.file,
                ["key"],
                "an operation creates at most one key, and has no outputs if it creates one",
                "split it into two operations",
            ));
        }
        if !operation.key.is_empty() && operation.caller != Caller::Application {
            problems.push(Problem::at(
                &file.file,
                ["caller"],
                "keys belong to applications, so only applications can use them",
                "write `caller = \"application\"`",
            ));
        }
    }
    problems
}

type Fault = (&'static str, String, String);

fn rule_faults(
    contracts: &Contracts,
    operation: &Operation,
    name: &str,
    rule: &KeyRule,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let inputs = || operation.input.keys().map(String::as_str);
    let path = rule.path.as_deref().unwrap_or(name);
    if steps(contracts, operation, path).is_none() {
        let key = if rule.path.is_some() { "path" } else { "" };
        faults.push((
            key,
            format!("`{path}` is not the path of a text"),
            nearest(path, inputs()),
        ));
    }
    for (key, input) in [
        ("algorithm", &rule.algorithm),
        ("derivation", &rule.derivation),
        ("attributes", &rule.attributes),
        ("lifetime", &rule.lifetime),
        ("copy-of", &rule.copy_of),
    ] {
        if let Some(input) = input
            && !operation.input.contains_key(input)
        {
            faults.push((
                key,
                format!("unknown input `{input}`"),
                nearest(input, inputs()),
            ));
        }
    }
    if let Some(source) = &rule.copy_of
        && !(operation.key.get(source)).is_some_and(|rule| rule.effect == Effect::Use)
    {
        faults.push((
            "copy-of",
            format!("`{source}` is not a key that the operation uses"),
            format!("add [key.{source}], or name an input that has such a table"),
        ));
    }
    if let Some(input) = &rule.derivation
        && operation
            .input
            .get(input)
            .is_some_and(|field| field.type_name != "key-agreement")
    {
        faults.push((
            "derivation",
            format!("`{input}` is not a key agreement, and only key agreements have a derivation function"),
            "use `algorithm`, or name an input of type `key-agreement`".to_owned(),
        ));
    }
    if let Some((_, flags)) = contracts.type_named("usage-flags") {
        let known = || flags.field.keys().map(String::as_str);
        for flag in &rule.usage {
            if !flags.field.contains_key(&flag.replace('-', "_")) {
                let help = nearest(flag, known());
                faults.push(("usage", format!("unknown usage flag `{flag}`"), help));
            }
        }
    }
    if (rule.effect == Effect::Create) != rule.attributes.is_some() {
        faults.push((
            "effect",
            "a key has attributes in an input if and only if it is created".to_owned(),
            "write both `effect = \"create\"` and `attributes`, or neither".to_owned(),
        ));
    }
    faults
}
