//! The documentation of the Node client (TSDoc), from the texts of the contracts.

use super::calls::{call_lines, result_name};
use super::names::{parameter, positional};
use crate::model::{Handle, Language, Method, Model, Name, ValueType};

/// The width of comments.
const COMMENT_WIDTH: usize = 96;

pub(super) fn method_doc(model: &Model, handle: &Handle, method: &Method) -> Vec<String> {
    let mut doc = comment(&text(model, &method.summary));
    if let Some(more) = &method.doc {
        doc.push(String::new());
        doc.extend(comment(&text(model, more)));
    }
    let mut tags = Vec::new();
    for argument in positional(method) {
        let pieces = if argument.stream {
            " It may come in pieces."
        } else {
            ""
        };
        let doc = text(model, &argument.doc);
        tags.push(format!("@param {} {doc}{pieces}", parameter(argument)));
    }
    match (&method.returns_doc, method.verdict) {
        (Some(returned), _) => tags.push(format!("@returns {}", text(model, returned))),
        (None, true) => tags.push("@returns Whether there is a match.".to_owned()),
        (None, false) => {}
    }
    for (kind, when) in &method.errors {
        if !(method.verdict && kind.as_written() == "invalid-signature") {
            tags.push(thrown(model, kind, when));
        }
    }
    if !tags.is_empty() {
        doc.push(String::new());
    }
    for tag in tags {
        doc.extend(comment(&tag));
    }
    doc.extend(doc_lines(model, handle, method));
    doc
}

pub(super) fn thrown(model: &Model, kind: &Name, when: &str) -> String {
    format!("@throws {}Error {}", kind.camel(), text(model, when))
}

/// The example of a method for its comment, which shows the result.
pub(super) fn doc_lines(model: &Model, handle: &Handle, method: &Method) -> Vec<String> {
    let Some(example) = &method.example else {
        return Vec::new();
    };
    let mut lines = ["", "@example", "```ts"].map(str::to_owned).to_vec();
    lines.extend(call_lines(model, handle, method, example));
    if let Some(result) = result_name(method) {
        let shown = match &method.returns {
            Some(ValueType::KeyOfSpec | ValueType::SelfHandle | ValueType::Handle(_)) => {
                format!("{result}.name")
            }
            Some(ValueType::Csr) => format!("{result}.toPem()"),
            _ => result,
        };
        lines.push(format!("console.log({shown})"));
    }
    lines.push("```".to_owned());
    lines
}

/// A text in lines that are not too long.
pub(super) fn comment(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < COMMENT_WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The text of a contract, with the names that methods and errors have in JavaScript.
pub(super) fn text(model: &Model, text: &str) -> String {
    let mut parts: Vec<String> = text.split('`').map(str::to_owned).collect();
    for name in parts.iter_mut().skip(1).step_by(2) {
        let word = Name::new(name.as_str());
        let methods = model
            .handles
            .iter()
            .flat_map(|handle: &Handle| &handle.methods);
        let mut methods = methods.filter(|method| method.name == word);
        if let Some(method) = methods.next() {
            *name = method.name_in(Language::Node);
        } else if model.kinds.iter().any(|kind| kind.name == word) {
            *name = format!("{}Error", word.camel());
        }
    }
    parts.join("`")
}
