//! The modules of the two Python packages that are the same but for `async`: one template, rendered twice.

use anyhow::Result;
use askama::Template;

use super::names::{Flavour, class, python_classes};
use crate::emit::output::{Output, banner};
use crate::model::{HandleForm, Model};

/// The modules of both packages beside the classes.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for flavour in Flavour::ALL {
        let folder = flavour.folder();
        let mut add = |name: &str, text: String| {
            output.insert(
                format!("{folder}/{name}.py"),
                text.trim_end().to_owned() + "\n",
            );
        };
        let context = Context::new(model, flavour);
        add("__init__", Init(&context).render()?);
        add("_base", Base(&context).render()?);
        add("_connection", Connection(&context).render()?);
        add("_files", Files(&context).render()?);
        add("_io", Io(&context).render()?);
        add("_making", Making(&context).render()?);
    }
    Ok(output)
}

/// The input of the templates that contain the parts by hand.
struct Context {
    /// The flavour.
    flavour: Flavour,
    /// `async ` before `def`, `with` and `for`, or nothing.
    a: &'static str,
    /// `await ` before calls, or nothing.
    w: &'static str,
    /// `Async` before the binding's classes, or nothing.
    native: &'static str,
    /// The package that users import.
    package: &'static str,
    /// The classes that users import, in the order of their modules: module and class.
    classes: Vec<(String, String)>,
}

impl Context {
    fn new(model: &Model, flavour: Flavour) -> Self {
        let exported = python_classes(model).into_iter();
        let exported = exported.filter(|handle| handle.form != HandleForm::Administrator);
        let mut classes: Vec<(String, String)> = exported
            .map(|handle| (format!("_{}", handle.name.snake()), class(handle)))
            .collect();
        classes.sort();
        Self {
            flavour,
            a: flavour.asynchronous(),
            w: flavour.wait(),
            native: if flavour.is_blocking() { "" } else { "Async" },
            package: flavour.package(),
            classes,
        }
    }

    /// The first line of a file that is rendered from one of the templates.
    fn banner(&self, template: &str) -> String {
        banner(&format!("codegen/templates/python/handles_{template}.py"))
    }

    fn is_blocking(&self) -> bool {
        self.flavour.is_blocking()
    }

    /// The names of the classes, as `__all__` lists them.
    fn class_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.classes.iter().map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

#[derive(Template)]
#[template(path = "python/handles_init.py", escape = "none")]
struct Init<'a>(&'a Context);

#[derive(Template)]
#[template(path = "python/handles_base.py", escape = "none")]
struct Base<'a>(&'a Context);

#[derive(Template)]
#[template(path = "python/handles_connection.py", escape = "none")]
struct Connection<'a>(&'a Context);

#[derive(Template)]
#[template(path = "python/handles_files.py", escape = "none")]
struct Files<'a>(&'a Context);

#[derive(Template)]
#[template(path = "python/handles_io.py", escape = "none")]
struct Io<'a>(&'a Context);

#[derive(Template)]
#[template(path = "python/handles_making.py", escape = "none")]
struct Making<'a>(&'a Context);
