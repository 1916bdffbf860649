//! The error kinds in Python, TypeScript, Kotlin and Swift.

use anyhow::Result;
use askama::Template;
use heck::ToUpperCamelCase as _;

use super::keywords;
use super::output::{Output, banner};
use super::python::raw::exported;
use super::text::one_line;
use crate::model::{Kind, Model, Name};

/// Renders one file for each language.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let banner = banner("contracts/statuses.toml");
    let kinds = &model.kinds;
    let text = |path: &str, text: String| (path.to_owned(), text.trim_end().to_owned() + "\n");
    Ok(Output::from([
        text(
            "clients/python/parsec_client/_generated/errors.py",
            Python {
                banner: &banner,
                kinds,
            }
            .render()?,
        ),
        text(
            "clients/node/src/generated/errors.ts",
            Node {
                banner: &banner,
                kinds,
            }
            .render()?,
        ),
        text(
            "clients/kotlin/src/main/kotlin/org/parsec/client/generated/ParsecException.kt",
            Kotlin {
                banner: &banner,
                kinds,
            }
            .render()?,
        ),
        text(
            "clients/swift/Sources/Parsec/Generated/ParsecError.swift",
            Swift {
                banner: &banner,
                kinds,
            }
            .render()?,
        ),
    ]))
}

#[derive(Template)]
#[template(path = "python/errors.py", escape = "none")]
struct Python<'a> {
    banner: &'a str,
    kinds: &'a [Kind],
}

#[derive(Template)]
#[template(path = "node/errors.ts", escape = "none")]
struct Node<'a> {
    banner: &'a str,
    kinds: &'a [Kind],
}

#[derive(Template)]
#[template(path = "kotlin/ParsecException.kt", escape = "none")]
struct Kotlin<'a> {
    banner: &'a str,
    kinds: &'a [Kind],
}

#[derive(Template)]
#[template(path = "swift/ParsecError.swift", escape = "none")]
struct Swift<'a> {
    banner: &'a str,
    kinds: &'a [Kind],
}

/// Returns the name of the class of an error kind: `KeyNotFound` for `key-not-found`. Python has a
/// builtin `TimeoutError`, so the class for that kind is `TimedOut`.
fn class(name: &Name) -> String {
    name.snake().to_upper_camel_case()
}

pub(super) fn python_class(name: &Name) -> String {
    let class = class(name);
    if class == "Timeout" {
        "TimedOut".to_owned()
    } else {
        keywords::python_class(&class)
    }
}

fn kotlin_class(name: &Name) -> String {
    keywords::kotlin_class(&class(name))
}

fn swift_case(name: &Name) -> String {
    keywords::swift(&name.lower_camel())
}

fn python_bases(kind: &Kind) -> String {
    std::iter::once("ParsecError")
        .chain(kind.python.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Returns the list of the exceptions in Python.
fn exported_errors(kinds: &[Kind]) -> String {
    let classes = kinds.iter().map(|kind| python_class(&kind.name));
    exported(classes.chain(["ParsecError".to_owned()]))
}
