//! Rules about keys name inputs and usage flags that exist, and make sense together.

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
                "an operation makes one key at most, and answers nothing when it does",
                "split it into two operations",
            ));
        }
        if !operation.key.is_empty() && operation.caller != Caller::Application {
            problems.push(Problem::at(
                &file.file,
                ["caller"],
                "keys belong to applications, so that only an application can use one",
                "write caller = \"application\"",
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
            format!("`{path}` does not lead to a text"),
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
                format!("there is no input `{input}`"),
                nearest(input, inputs()),
            ));
        }
    }
    if let Some(source) = &rule.copy_of
        && !(operation.key.get(source)).is_some_and(|rule| rule.effect == Effect::Use)
    {
        faults.push((
            "copy-of",
            format!("`{source}` names no key that the operation uses"),
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
            format!("`{input}` is no key agreement, which alone holds a derivation function"),
            "use `algorithm`, or name an input of type `key-agreement`".to_owned(),
        ));
    }
    if let Some((_, flags)) = contracts.type_named("usage-flags") {
        let known = || flags.field.keys().map(String::as_str);
        for flag in &rule.usage {
            if !flags.field.contains_key(&flag.replace('-', "_")) {
                let help = nearest(flag, known());
                faults.push(("usage", format!("there is no usage flag `{flag}`"), help));
            }
        }
    }
    if (rule.effect == Effect::Create) != rule.attributes.is_some() {
        faults.push((
            "effect",
            "a key that is created, and no other, has its attributes in an input".to_owned(),
            "give `effect = \"create\"` and `attributes` together".to_owned(),
        ));
    }
    faults
}
