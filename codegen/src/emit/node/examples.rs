//! The tests that run the examples of methods.

use anyhow::Result;
use askama::Template;

use super::calls::{call_lines, result_name, split, value};
use super::names::makes_key;
use super::raw::listed;
use crate::emit::output::{Output, banner};
use crate::model::{
    Gives, Handle, HandleForm, Language, Method, MethodExample, Model, Name, ValueType,
};

/// How far the code of a test is indented.
const TEST: usize = 6;

const FOLDER: &str = "clients/node/test/generated";

/// A module a handle, with a function for each example that the software provider can run.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut modules = Vec::new();
    for handle in &model.handles {
        let cases: Vec<Case> = handle
            .methods
            .iter()
            .filter_map(|method| case(model, handle, method))
            .collect();
        if cases.is_empty() {
            continue;
        }
        let name = handle.name.kebab();
        let module = Module {
            banner: banner(&handle.file),
            uses_assert: cases.iter().any(|case| !case.checks.is_empty()),
            cases,
        };
        output.insert(format!("{FOLDER}/{name}.ts"), module.render()? + "\n");
        modules.push((handle.name.lower_camel(), name));
    }
    if !modules.is_empty() {
        let index = Index {
            banner: banner("contracts/handles/*.toml"),
            modules,
        };
        output.insert(format!("{FOLDER}/index.ts"), index.render()? + "\n");
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "node/handles_test.ts", escape = "none")]
struct Module {
    banner: String,
    uses_assert: bool,
    cases: Vec<Case>,
}

#[derive(Template)]
#[template(path = "node/handles_test_index.ts", escape = "none")]
struct Index {
    banner: String,
    modules: Vec<(String, String)>,
}

struct Case {
    title: String,
    application: String,
    provider: String,
    lines: Vec<String>,
    checks: Vec<String>,
}

fn case(model: &Model, handle: &Handle, method: &Method) -> Option<Case> {
    let example = method.example.as_ref()?;
    if example.not_run.is_some() || method.missing_in(Language::Node).is_some() {
        return None;
    }
    let title = format!("{}.{}", handle.name.camel(), method.name_in(Language::Node));
    // Administrators are known by that name.
    let application = match handle.form {
        HandleForm::Administrator => "admin".to_owned(),
        _ => format!("node-{}-{}", handle.name.kebab(), method.name.kebab()),
    };
    Some(Case {
        title,
        application,
        // Keys in software, unless the example requires a device.
        provider: example
            .provider
            .as_ref()
            .map_or_else(|| "software".to_owned(), Name::kebab),
        lines: call_lines(model, handle, method, example),
        checks: split(checks(model, method, example)),
    })
}

/// The assertions on the result.
fn checks(model: &Model, method: &Method, example: &MethodExample) -> Vec<String> {
    let Some(result) = result_name(method) else {
        return Vec::new();
    };
    match (&example.gives, &method.returns) {
        (Some(Gives::Length(length)), _) => {
            vec![format!("assert.equal({result}.length, {length})")]
        }
        (Some(Gives::Value(given)), Some(of @ (ValueType::Bytes | ValueType::Secret))) => {
            let given = value(model, of, given);
            let parts = [format!("Buffer.from({result})"), given];
            let check = listed("assert.deepEqual(", &parts, ")", TEST);
            let lines = check.lines().filter_map(|line| line.get(TEST..));
            lines.map(str::to_owned).collect()
        }
        (Some(Gives::Value(given)), Some(of)) => {
            vec![format!(
                "assert.deepEqual({result}, {})",
                value(model, of, given)
            )]
        }
        (_, None) => vec![format!("assert.equal({result}, true)")],
        (None, _) if makes_key(method) || method.returns == Some(ValueType::SelfHandle) => {
            let name = method
                .arguments
                .iter()
                .find(|a| a.value_type == ValueType::KeyName);
            let given = name.and_then(|argument| {
                let mut given = example.arguments.iter();
                given.find(|(name, _)| *name == argument.name)
            });
            let name = given.map(|(_, name)| value(model, &ValueType::KeyName, name));
            vec![format!(
                "assert.equal({result}.name, {})",
                name.unwrap_or_default()
            )]
        }
        _ => vec![format!("assert.ok({result})")],
    }
}
