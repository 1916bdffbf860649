//! The tests that run the examples of methods.

use anyhow::Result;
use askama::Template;

use super::calls::{Results, laid_out, statements};
use super::names::Flavour;
use crate::emit::output::{Output, banner};
use crate::model::{Handle, HandleForm, Language, Method, Model};

#[derive(Template)]
#[template(path = "python/handles_tests.py", escape = "none")]
struct Tests {
    banner: String,
    is_blocking: bool,
    tests: Vec<Test>,
}

struct Test {
    name: String,
    application: String,
    lines: Vec<String>,
}

/// A test for each example that needs no device.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for (flavour, file) in [
        (Flavour::Blocking, "test_examples.py"),
        (Flavour::Asyncio, "test_examples_aio.py"),
    ] {
        let mut tests = Vec::new();
        for handle in &model.handles {
            for method in &handle.methods {
                tests.extend(test(model, handle, method, flavour));
            }
        }
        let view = Tests {
            banner: banner("contracts/handles/*.toml"),
            is_blocking: flavour == Flavour::Blocking,
            tests,
        };
        output.insert(
            format!("clients/python/tests/generated/{file}"),
            view.render()?.trim_end().to_owned() + "\n",
        );
    }
    Ok(output)
}

fn test(model: &Model, handle: &Handle, method: &Method, flavour: Flavour) -> Option<Test> {
    let example = method.example.as_ref()?;
    if example.not_run.is_some() || example.provider.is_some() {
        return None;
    }
    if method.missing_in(Language::Python).is_some() {
        return None;
    }
    let statements = statements(model, handle, method, example, flavour);
    let lines = laid_out(&statements, 4, Results::UsedOnly);
    let client = match flavour {
        Flavour::Asyncio => "asyncio",
        Flavour::Blocking => "blocking",
    };
    Some(Test {
        name: format!("{}_{}", handle.name.snake(), method.name.snake()),
        // The service's configuration names the administrator.
        application: match handle.form {
            HandleForm::Administrator => "admin".to_owned(),
            _ => format!("{client}-{}-{}", handle.name.kebab(), method.name.kebab()),
        },
        lines,
    })
}
