//! The examples of methods call existing methods, with values of the right types.

use std::collections::BTreeSet;

use super::nearest;
use crate::model::{Model, ValueType, example_calls, read_example, without_examples};
use crate::problem::Problem;
use crate::read::raw::{Method, MethodExample};
use crate::read::{Contracts, HandleFile};

pub(super) fn check(contracts: &Contracts) -> Vec<Problem> {
    let model = without_examples(contracts);
    let mut problems = Vec::new();
    for file in &contracts.handles {
        for (name, method) in &file.handle.method {
            if let Some(example) = &method.example {
                for (key, message, help) in faults(contracts, &model, file, method, example) {
                    let path = ["method", name, "example"].map(str::to_owned);
                    let path = path.into_iter().chain(key);
                    problems.push(Problem::at(&file.file, path, message, help));
                }
            }
        }
    }
    problems
}

/// The key within the example, the problem, and the correction.
type Fault = (Vec<String>, String, String);

fn faults(
    contracts: &Contracts,
    model: &Model,
    file: &HandleFile,
    method: &Method,
    example: &MethodExample,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut results = BTreeSet::new();
    let calls = example_calls(&contracts.handles, file, example);
    for (found, call) in calls.into_iter().zip(&example.before) {
        let Some((_, called)) = found else {
            faults.push((
                vec!["before".to_owned()],
                format!("the object has no method `{}`", call.call),
                "name a method of this handle, of `client`, or of the key that an earlier call creates"
                    .to_owned(),
            ));
            continue;
        };
        arguments(model, called, &call.with, &results, "before", &mut faults);
        // Names of handles in the examples.
        if ["client", "key", "parsec"].contains(&call.result.as_str()) {
            faults.push((
                vec!["before".to_owned()],
                format!("`{}` is the name of a handle of the example", call.result),
                "give the result another name".to_owned(),
            ));
        }
        results.insert(call.result.clone());
    }
    arguments(model, method, &example.with, &results, "with", &mut faults);
    let returned = method.returns.as_deref().and_then(ValueType::read);
    if let Some(gives) = &example.gives {
        let fault = match (&returned, &gives.value) {
            (None, _) => Some("the method has no result".to_owned()),
            (Some(returned), Some(value)) => read_example(model, returned, value).err(),
            (Some(_), None) => None,
        };
        if let Some(message) = fault {
            faults.push((
                vec!["gives".to_owned()],
                message,
                "correct or omit it".to_owned(),
            ));
        }
    }
    if let Some(provider) = &example.provider {
        let known = || contracts.providers.provider.keys().map(String::as_str);
        if !known().any(|known| known == provider) {
            faults.push((
                vec!["provider".to_owned()],
                format!("unknown provider `{provider}`"),
                nearest(provider, known()),
            ));
        }
    }
    faults
}

fn arguments(
    model: &Model,
    method: &Method,
    with: &toml::Table,
    results: &BTreeSet<String>,
    key: &str,
    faults: &mut Vec<Fault>,
) {
    for (name, value) in with {
        let Some(argument) = method.argument.get(name) else {
            faults.push((
                vec![key.to_owned(), name.clone()],
                format!("the method has no argument `{name}`"),
                nearest(name, method.argument.keys().map(String::as_str)),
            ));
            continue;
        };
        let result = value.get("result").and_then(toml::Value::as_str);
        if let Some(result) = result.filter(|result| !results.contains(*result)) {
            faults.push((
                vec![key.to_owned(), name.clone()],
                format!("no earlier call has the result `{result}`"),
                nearest(result, results.iter().map(String::as_str)),
            ));
        }
        let read = ValueType::read(&argument.type_name).map(|of| read_example(model, &of, value));
        if let Some(Err(why)) = read {
            faults.push((
                vec![key.to_owned(), name.clone()],
                why,
                format!("the argument has the type `{}`", argument.type_name),
            ));
        }
    }
    let missing = method
        .argument
        .iter()
        .find(|(name, argument)| argument.optional.is_none() && !with.contains_key(*name));
    if let Some((name, _)) = missing {
        faults.push((
            vec![key.to_owned()],
            format!("the argument `{name}` is missing"),
            "add it".to_owned(),
        ));
    }
}
