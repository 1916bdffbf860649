//! The idiomatic calls of an operation, for its page in the book.

use super::{cli_examples, kotlin, node, python, rust, swift};
use crate::model::{Handle, Method, MethodExample, Model, Name};

/// A method that calls an operation, with an example call in each language.
pub(super) struct MethodSection {
    /// The names of the handle and the method.
    pub(super) title: String,
    /// The summary of the method.
    pub(super) summary: String,
    /// For each language: its name, its name for the syntax highlighter, and the lines.
    pub(super) calls: Vec<(&'static str, &'static str, Vec<String>)>,
}

/// Renders the call of an example in a language.
type Calls = fn(&Model, &Handle, &Method, &MethodExample) -> Vec<String>;

/// The languages, in the order of the page.
const LANGUAGES: &[(&str, &str, Calls)] = &[
    ("Rust", "rust,ignore", rust::calls::call_lines),
    ("Python", "python", python::calls::call_lines),
    ("Node.js", "ts", node::calls::call_lines),
    ("Kotlin", "kotlin", kotlin::calls::call_lines),
    ("Swift", "swift", swift::calls::call_lines),
    ("Command line", "sh", cli_examples::call_lines),
];

/// Returns a section for each method that calls the operation and has an example.
pub(super) fn sections(model: &Model, operation: &Name) -> Vec<MethodSection> {
    let methods = model.methods_that_reach(operation).into_iter();
    methods
        .filter_map(|(handle, method)| {
            let example = method.example.as_ref()?;
            let calls = LANGUAGES
                .iter()
                .map(|(name, fence, calls)| (*name, *fence, calls(model, handle, method, example)));
            Some(MethodSection {
                title: format!("{}: {}", handle.name.camel(), method.name.snake()),
                summary: method.summary.clone(),
                calls: calls.filter(|(_, _, lines)| !lines.is_empty()).collect(),
            })
        })
        .collect()
}
