//! The tests that run the examples of methods.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::calls::{Form, lines_in, result_name};
use super::names::class;
use super::types::{RAW, package};
use super::values::{root_types, type_class};
use crate::emit::output::{Output, banner};
use crate::model::{Handle, HandleForm, Language, Method, MethodExample, Model, Name};

/// The length from which a name is not repeated with its handle.
const LONG_NAME: usize = 29;
const FOLDER: &str = "clients/kotlin/src/test/kotlin/org/parsec/client/generated";

/// A file of tests for each handle: one test for each example and each way to call it.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let root = root_types(model);
    for handle in &model.handles {
        let forms = [Form::Suspending, Form::Blocking, Form::Future];
        let methods = model.methods_of(handle).into_iter().filter_map(|method| {
            let example = method.example.as_ref()?;
            // One handle is enough on a device: not every device has keys of all roles.
            let is_own = handle.methods.iter().any(|own| own.name == method.name);
            let runs = example.not_run.is_none() && (example.provider.is_none() || is_own);
            (runs && method.missing_in(Language::Kotlin).is_none()).then_some((method, example))
        });
        let tests: Vec<Test> = methods
            .flat_map(|(method, example)| {
                forms.map(|form| test(model, handle, method, example, form))
            })
            .collect();
        if tests.is_empty() {
            continue;
        }
        let file = Tests {
            banner: banner(&handle.file),
            class: format!("{}ExamplesTest", class(handle)),
            asserts: tests.iter().any(|test| {
                test.lines
                    .iter()
                    .any(|line| line.contains("assertNotNull("))
            }),
            imports: model
                .types()
                .filter(|of| package(&root, &of.name) == RAW)
                .map(|of| type_class(&of.name))
                .filter(|class| {
                    let mut lines = tests.iter().flat_map(|test| &test.lines);
                    lines.any(|line| line.contains(&format!("{class}.")))
                })
                .collect(),
            tests,
        };
        let text = file.render()?;
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        output.insert(
            format!("{FOLDER}/{}.kt", file.class),
            lines.join("\n").trim_end().to_owned() + "\n",
        );
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "kotlin/handles_examples.kt", escape = "none")]
struct Tests {
    banner: String,
    class: String,
    asserts: bool,
    /// The classes of raw operations that the examples name.
    imports: BTreeSet<String>,
    tests: Vec<Test>,
}

struct Test {
    name: String,
    application: String,
    /// The provider that the example requires.
    provider: Option<String>,
    suspending: bool,
    lines: Vec<String>,
}

fn test(
    model: &Model,
    handle: &Handle,
    method: &Method,
    example: &MethodExample,
    form: Form,
) -> Test {
    let name = format!("{}{}", method.name.lower_camel(), form.suffix());
    let mut lines = lines_in(form, model, handle, method, example);
    if example.gives.is_none()
        && let Some(result) = result_name(method)
    {
        lines.push(format!("assertNotNull({result})"));
    }
    Test {
        provider: example.provider.as_ref().map(Name::shouty),
        application: match handle.form {
            // Administrators are known by that name.
            HandleForm::Administrator => "admin".to_owned(),
            // The line with a long name has no room for it twice and that of the handle.
            _ if name.len() > LONG_NAME => Name::new(&name).kebab(),
            _ => format!("{}-{}", handle.name.kebab(), Name::new(&name).kebab()),
        },
        name,
        suspending: form == Form::Suspending,
        lines,
    }
}
