//! The tests that run the examples of methods.

use anyhow::Result;
use askama::Template;

use super::calls::{call_lines, checks, result_name};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::model::{Handle, HandleForm, Language, Method, MethodExample, Model, Name};

const FOLDER: &str = "clients/swift/Tests/ParsecTests/Generated/Handles";

/// A file of tests for each handle: one test for each example.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for handle in &model.handles {
        let methods = model.methods_of(handle).into_iter().filter_map(|method| {
            let example = method.example.as_ref()?;
            // One handle is enough on a device: not every device has keys of all roles.
            let is_own = handle.methods.iter().any(|own| own.name == method.name);
            let runs = example.not_run.is_none() && (example.provider.is_none() || is_own);
            (runs && method.missing_in(Language::Swift).is_none()).then_some((method, example))
        });
        let tests: Vec<Test> = methods
            .map(|(method, example)| test(model, handle, method, example))
            .collect();
        if tests.is_empty() {
            continue;
        }
        let file = Tests {
            banner: banner(&handle.file),
            class: format!("{}Examples", handle.name.camel()),
            title: handle.name.kebab().replace('-', " "),
            tests,
        };
        let text = file.render()?;
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        output.insert(
            format!("{FOLDER}/{}.swift", file.class),
            lines.join("\n").trim_end().to_owned() + "\n",
        );
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "swift/handles_examples.swift", escape = "none")]
struct Tests {
    banner: String,
    class: String,
    title: String,
    tests: Vec<Test>,
}

struct Test {
    name: String,
    application: String,
    /// The provider that the example requires.
    provider: Option<String>,
    lines: Vec<String>,
}

fn test(model: &Model, handle: &Handle, method: &Method, example: &MethodExample) -> Test {
    let mut lines = call_lines(model, handle, method, example);
    let checks = checks(model, method, example);
    match (result_name(method), checks) {
        (_, Some(check)) => lines.extend(check.lines().map(str::to_owned)),
        (Some(result), None) => {
            let named = format!("let {result} = ");
            let last = lines.iter_mut().rev().find(|line| line.starts_with(&named));
            if let Some(line) = last {
                *line = line.replacen(&named, "_ = ", 1);
            }
        }
        (None, None) => {}
    }
    Test {
        name: keywords::swift(&method.name.lower_camel()),
        provider: example.provider.as_ref().map(Name::lower_camel),
        application: match handle.form {
            // Administrators are known by that name.
            HandleForm::Administrator => "admin".to_owned(),
            _ => format!("{}-{}", handle.name.kebab(), method.name.kebab()),
        },
        lines,
    }
}
