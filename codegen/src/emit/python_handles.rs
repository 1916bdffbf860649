//! The handles of the Python client, for asyncio and blocking: one template, rendered twice.

mod classes;
mod imports;
pub(in crate::emit) mod layout;
mod native;
mod stubs;
pub(in crate::emit) mod values;

use anyhow::Result;
use askama::Template;

use super::{Output, banner};
use crate::model::{Handle, HandleForm, Language, Model};

/// Which of the two clients of Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emit) enum Flavour {
    /// For asyncio.
    Asyncio,
    /// For code that blocks.
    Blocking,
}

impl Flavour {
    const ALL: [Self; 2] = [Self::Asyncio, Self::Blocking];

    fn is_blocking(self) -> bool {
        self == Self::Blocking
    }

    /// The word before `def`, `with` and `for`, with a space.
    fn asynchronous(self) -> &'static str {
        match self {
            Self::Asyncio => "async ",
            Self::Blocking => "",
        }
    }

    /// The word before calls, with a space.
    pub(in crate::emit) fn wait(self) -> &'static str {
        match self {
            Self::Asyncio => "await ",
            Self::Blocking => "",
        }
    }

    /// A class of the binding.
    fn native(self, class: &str) -> String {
        match self {
            Self::Asyncio => format!("Async{class}"),
            Self::Blocking => class.to_owned(),
        }
    }

    /// The package that users import.
    fn package(self) -> &'static str {
        match self {
            Self::Asyncio => "parsec.aio",
            Self::Blocking => "parsec",
        }
    }

    /// The type of specs whose handle is that of a type variable.
    fn spec(self, handle: &str) -> String {
        match self {
            Self::Asyncio => format!("KeySpec[Any, {handle}]"),
            Self::Blocking => format!("KeySpec[{handle}, Any]"),
        }
    }

    /// The folder of the classes.
    fn folder(self) -> &'static str {
        match self {
            Self::Asyncio => "clients/python/parsec/aio",
            Self::Blocking => "clients/python/parsec/_sync",
        }
    }
}

/// The classes, their parts by hand, the binding and its stubs.
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
        for handle in python_classes(model) {
            let name = format!("_{}", handle.name.snake());
            add(&name, classes::class_file(model, handle, flavour)?);
        }
        let context = Context::new(model, flavour);
        add("__init__", Init(&context).render()?);
        add("_base", Base(&context).render()?);
        add("_connection", Connection(&context).render()?);
        add("_files", Files(&context).render()?);
        add("_io", Io(&context).render()?);
        add("_making", Making(&context).render()?);
    }
    output.extend(native::emit(model)?);
    output.extend(stubs::emit(model)?);
    Ok(output)
}

/// The handles that Python has classes of.
fn python_classes(model: &Model) -> Vec<&Handle> {
    let has_methods = |handle: &&Handle| {
        let mut methods = handle.methods.iter();
        methods.any(|method| method.is_generated_in(Language::Python))
    };
    model.handles.iter().filter(has_methods).collect()
}

/// The name of the class.
fn class(handle: &Handle) -> String {
    handle.name.camel()
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
