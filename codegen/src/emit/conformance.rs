//! Conformance cases from the examples of the contracts. The keys that an example needs come from
//! other examples, which create a key with that name.

use anyhow::Result;
use serde_json::{Value as Json, json};

use super::output::{Output, banner};
use super::vectors::message_json;
use crate::model::{
    Answer, Caller, Effect, Example, KeyRule, Model, Name, Operation, ProviderKind, Step, Stream,
    Value,
};

const FOLDER: &str = "tests/conformance/cases/generated";

/// Renders a file for each operation: its cases, and the reason for each example that cannot be a
/// case.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for operation in &model.operations {
        let mut cases = Vec::new();
        let mut not_cases = Vec::new();
        for (index, example) in operation.examples.iter().enumerate() {
            match steps(model, operation, example) {
                Ok((needs, steps)) => cases.push(json!({
                    "id": id(operation, index),
                    "title": format!("{}: {}", operation.name.snake(), example.title),
                    "layer": "raw",
                    "needs": needs,
                    "steps": steps,
                })),
                Err(reason) => not_cases.push(json!({
                    "operation": operation.name.snake(),
                    "title": example.title,
                    "reason": reason,
                })),
            }
        }
        let file = json!({
            "generated": banner(&operation.file),
            "cases": cases,
            "not-cases": not_cases,
        });
        let path = format!("{FOLDER}/{}.json", operation.name.snake());
        output.insert(path, serde_json::to_string_pretty(&file)? + "\n");
    }
    Ok(output)
}

fn id(operation: &Operation, index: usize) -> String {
    let name = operation.name.kebab();
    match index {
        0 => format!("example-{name}"),
        more => format!("example-{name}-{}", more + 1),
    }
}

/// Returns the requirements and the steps, or the reason why the example cannot be a case.
fn steps(
    model: &Model,
    operation: &Operation,
    example: &Example,
) -> Result<(Vec<String>, Vec<Json>), String> {
    if operation.caller == Caller::Administrator {
        return Err("only administrators may call it".to_owned());
    }
    if matches!(operation.stream, Some(Stream::Continue | Stream::End)) {
        return Err(
            "it continues a stream, which belongs to one connection, and a client has several"
                .into(),
        );
    }
    if operation.area.kebab() == "attestation" {
        return Err("each TPM attests different data".to_owned());
    }
    let mut steps = Vec::new();
    let mut needs = Vec::new();
    let mut made: Vec<String> = Vec::new();
    for rule in operation.existing_keys() {
        let Some(name) = key_name(operation, example, rule) else {
            continue;
        };
        if made.contains(&name) {
            continue;
        }
        let (creator, from) = creator_of(model, operation, example, rule, &name)?;
        needs.push(need(creator));
        needs.extend(attributes_need(creator, from));
        steps.push(call(model, creator, from));
        made.push(name);
    }
    if operation.provider == ProviderKind::Crypto {
        needs.push(need(operation));
        needs.extend(attributes_need(operation, example));
    }
    let mut last = call(model, operation, example);
    if is_determined(model, operation, example) && !example.output.is_empty() {
        last["output"] = message_json(model, &operation.outputs, &example.output);
    }
    steps.push(last);
    needs.dedup();
    Ok((needs, steps))
}

/// Returns whether the output of the example is the only correct one, so that it can be compared.
fn is_determined(model: &Model, operation: &Operation, example: &Example) -> bool {
    match operation.answer {
        Answer::Varies => false,
        Answer::Fixed => true,
        Answer::ByAlgorithm => example.input.iter().any(|value| match value {
            Value::Union(of, chosen, _) => model.variant(of, chosen).deterministic,
            _ => false,
        }),
    }
}

fn need(operation: &Operation) -> String {
    format!("opcode:{}", operation.name.snake())
}

/// Returns the requirement for the key that an example creates. `specs.json` contains the
/// attributes under the id of the case of that example.
fn attributes_need(operation: &Operation, example: &Example) -> Option<String> {
    let rule = operation.keys_with(Effect::Create).next()?;
    rule.attributes.as_ref()?;
    let has_material = operation
        .inputs
        .iter()
        .any(|field| field.secret && field.name.snake() == "data");
    let check = match operation.area.kebab().as_str() {
        "key-derivation" | "key-agreement" => "derive",
        // The attributes of a wrapped or copied key are those of another key.
        _ if has_material || !operation.existing_keys().is_empty() => "import",
        _ => "generate",
    };
    let index = operation
        .examples
        .iter()
        .position(|candidate| std::ptr::eq(candidate, example))?;
    Some(format!("{check}:{}", id(operation, index)))
}

fn call(model: &Model, operation: &Operation, example: &Example) -> Json {
    let mut step = json!({
        "do": "raw",
        "operation": operation.name.snake(),
        "input": message_json(model, &operation.inputs, &example.input),
    });
    if operation.provider == ProviderKind::Core {
        step["on"] = json!("core");
    }
    step
}

/// Returns an example that creates the key that the rule requires.
fn creator_of<'a>(
    model: &'a Model,
    operation: &Operation,
    example: &Example,
    rule: &KeyRule,
    name: &str,
) -> Result<(&'a Operation, &'a Example), String> {
    let mut reason = format!("no example creates or imports the key {name}");
    for candidate in &model.operations {
        let Some(created) = candidate.keys_with(Effect::Create).next() else {
            continue;
        };
        // Examples that need another key, or whose key may expire, cannot be the first step.
        if created.lifetime.is_some() || !candidate.existing_keys().is_empty() {
            continue;
        }
        let Some(attributes) = &created.attributes else {
            continue;
        };
        for from in &candidate.examples {
            if key_name(candidate, from, created).as_deref() != Some(name) {
                continue;
            }
            match mismatch(input(candidate, from, attributes), operation, example, rule) {
                None => return Ok((candidate, from)),
                Some(why) => reason = format!("the key {name} of the examples {why}"),
            }
        }
    }
    Err(reason)
}

/// Returns why a key with these attributes does not satisfy the rule.
fn mismatch(
    attributes: Option<&Value>,
    operation: &Operation,
    example: &Example,
    rule: &KeyRule,
) -> Option<String> {
    let policy = attributes.and_then(|value| field(value, "key_policy"))?;
    let flags = field(policy, "key_usage_flags")?;
    let has = |usage: &Name| field(flags, &usage.snake()) == Some(&Value::Bool(true));
    if !rule.usage.is_empty() && !rule.usage.iter().any(has) {
        let usages: Vec<_> = rule.usage.iter().map(Name::kebab).collect();
        return Some(format!("is not usable for {}", usages.join(" or ")));
    }
    let wanted = rule.algorithm.as_ref()?;
    let wanted = input(operation, example, wanted)?;
    let Value::Union(_, _, held) = field(policy, "key_algorithm")? else {
        return Some("permits no algorithm".to_owned());
    };
    let permitted = held.iter().any(|(_, policy)| permits(policy, wanted));
    (!permitted).then(|| "permits another algorithm".to_owned())
}

/// Returns whether the policy permits the algorithm, by the rules of the service: a raw key
/// agreement permits every derivation.
fn permits(policy: &Value, wanted: &Value) -> bool {
    if policy == wanted {
        return true;
    }
    let Value::Union(of, _, held) = policy else {
        return false;
    };
    let agreement = |raw: &Value| raw == wanted || field(wanted, "ka_alg") == Some(raw);
    of.kebab() == "key-agreement" && held.iter().any(|(_, raw)| agreement(raw))
}

fn input<'a>(operation: &Operation, example: &'a Example, name: &Name) -> Option<&'a Value> {
    let at = operation
        .inputs
        .iter()
        .position(|field| field.name == *name)?;
    example.input.get(at)
}

fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Struct(_, held) | Value::Union(_, _, held) => held
            .iter()
            .find(|(field, _)| field.snake() == name)
            .map(|(_, value)| value),
        _ => None,
    }
}

/// Returns the name of the key of a rule, if the example has one.
fn key_name(operation: &Operation, example: &Example, rule: &KeyRule) -> Option<String> {
    let mut value = input(operation, example, rule.path.first().and_then(field_name)?)?;
    for step in rule.path.iter().skip(1) {
        value = match step {
            Step::Field(name) => field(value, &name.snake())?,
            Step::Variant {
                variant,
                field: name,
                ..
            } => match value {
                Value::Union(_, chosen, _) if chosen == variant => field(value, &name.snake())?,
                _ => return None,
            },
        };
    }
    match value {
        Value::String(name) if !name.is_empty() => Some(name.clone()),
        _ => None,
    }
}

fn field_name(step: &Step) -> Option<&Name> {
    match step {
        Step::Field(name) => Some(name),
        Step::Variant { .. } => None,
    }
}
