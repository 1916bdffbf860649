//! The tests that run the examples of methods.

use anyhow::Result;
use askama::Template;

use super::calls::{Results, laid_out, statements};
use super::layout::{Code, lines};
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
    /// The fixture with the service.
    service: &'static str,
    lines: Vec<String>,
}

/// A test for each example.
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
    if example.not_run.is_some() {
        return None;
    }
    if method.missing_in(Language::Python).is_some() {
        return None;
    }
    let statements = statements(model, handle, method, example, flavour);
    let (class, prefix) = match flavour {
        Flavour::Asyncio => ("parsec.aio.Client", "asyncio"),
        Flavour::Blocking => ("parsec.Client", "blocking"),
    };
    // The service's configuration names the administrator.
    let application = match handle.form {
        HandleForm::Administrator => "admin".to_owned(),
        _ => format!("{prefix}-{}-{}", handle.name.kebab(), method.name.kebab()),
    };
    let service = match example.provider {
        Some(_) => "devices",
        None => "direct",
    };
    let mut arguments = vec![
        Code::text(format!("{service}.endpoint")),
        Code::text(format!("application=\"{application}\"")),
    ];
    let provider = example.provider.as_ref();
    arguments.extend(
        provider.map(|name| Code::text(format!("provider=parsec.Provider.{}", name.shouty()))),
    );
    let connect = Code::call(class, arguments).after("client = ");
    let connect = lines(&connect, 4, "")
        .into_iter()
        .map(|line| line[4..].to_owned());
    let calls = laid_out(&statements, 4, Results::UsedOnly);
    Some(Test {
        name: format!("{}_{}", handle.name.snake(), method.name.snake()),
        service,
        lines: connect.chain(calls).collect(),
    })
}
