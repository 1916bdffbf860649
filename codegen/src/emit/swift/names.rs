//! The names of Swift's methods and arguments.

use crate::emit::keywords;
use crate::model::{Argument, Language, Method};

/// The longest line, as `.swift-format` has it.
pub(super) const WIDTH: usize = 120;

/// The name of a method without the labels, and the labels that the contract names.
fn parts(method: &Method) -> (String, Vec<String>) {
    let written = method.name_in(Language::Swift);
    let Some((name, labels)) = written.split_once('(') else {
        return (written, Vec::new());
    };
    let labels = labels
        .trim_end_matches(')')
        .split(':')
        .filter(|label| !label.is_empty());
    (name.to_owned(), labels.map(str::to_owned).collect())
}

/// The name of a method without labels.
pub(super) fn base_name(method: &Method) -> String {
    parts(method).0
}

/// The arguments with their labels; `_` marks an argument without a label.
pub(super) fn labelled(method: &Method) -> Vec<(String, &Argument)> {
    let (_, labels) = parts(method);
    let is_labelled = !labels.is_empty();
    let arguments = method.arguments_in(Language::Swift).into_iter();
    arguments
        .enumerate()
        .map(|(index, argument)| {
            let own = argument.renamed_in(Language::Swift);
            let label = match labels.get(index) {
                Some(label) => label.clone(),
                None if index == 0 && !is_labelled && argument.optional.is_none() => "_".to_owned(),
                None => own.map_or_else(|| argument.name.lower_camel(), str::to_owned),
            };
            (label, argument)
        })
        .collect()
}

/// The name and the labels, as DocC writes them.
pub(super) fn symbol(method: &Method) -> String {
    let labels = labelled(method).into_iter().map(|(label, _)| label + ":");
    format!("{}({})", base_name(method), labels.collect::<String>())
}

/// The name of an argument within a method.
pub(super) fn variable(argument: &Argument) -> String {
    keywords::swift(&argument.name.lower_camel())
}
