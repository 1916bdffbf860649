//! The two clients of Python, and the names of classes and arguments.

use crate::emit::keywords;
use crate::model::{Argument, Handle, Language, Model};

/// Which of the two clients of Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// For asyncio.
    Asyncio,
    /// For code that blocks.
    Blocking,
}

impl Flavour {
    pub(super) const ALL: [Self; 2] = [Self::Asyncio, Self::Blocking];

    pub(super) fn is_blocking(self) -> bool {
        self == Self::Blocking
    }

    /// The word before `def`, `with` and `for`, with a space.
    pub(super) fn asynchronous(self) -> &'static str {
        match self {
            Self::Asyncio => "async ",
            Self::Blocking => "",
        }
    }

    /// The word before calls, with a space.
    pub(super) fn wait(self) -> &'static str {
        match self {
            Self::Asyncio => "await ",
            Self::Blocking => "",
        }
    }

    /// A class of the binding.
    pub(super) fn native(self, class: &str) -> String {
        match self {
            Self::Asyncio => format!("Async{class}"),
            Self::Blocking => class.to_owned(),
        }
    }

    /// The package that users import.
    pub(super) fn package(self) -> &'static str {
        match self {
            Self::Asyncio => "parsec.aio",
            Self::Blocking => "parsec",
        }
    }

    /// The type of specs whose handle is that of a type variable.
    pub(super) fn spec(self, handle: &str) -> String {
        match self {
            Self::Asyncio => format!("KeySpec[Any, {handle}]"),
            Self::Blocking => format!("KeySpec[{handle}, Any]"),
        }
    }

    /// The folder of the classes.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Asyncio => "clients/python/parsec_client/aio",
            Self::Blocking => "clients/python/parsec_client/_sync",
        }
    }
}

/// The handles that Python has classes of.
pub(super) fn python_classes(model: &Model) -> Vec<&Handle> {
    let has_methods = |handle: &&Handle| {
        let mut methods = handle.methods.iter();
        methods.any(|method| method.is_generated_in(Language::Python))
    };
    model.handles.iter().filter(has_methods).collect()
}

/// The name of the class.
pub(super) fn class(handle: &Handle) -> String {
    handle.name.camel()
}

/// The name of an argument.
pub(super) fn argument_name(argument: &Argument) -> String {
    let renamed = argument.renamed_in(Language::Python);
    renamed.map_or_else(|| keywords::python(&argument.name.snake()), str::to_owned)
}
