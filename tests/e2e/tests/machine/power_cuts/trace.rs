//! Parser for the output of `strace -f -xx`.

use std::collections::BTreeMap;

/// A system call that has returned.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Vec<Text>,
    pub(super) result: i64,
}

/// An argument.
#[derive(Debug)]
pub(super) enum Text {
    /// A string, decoded.
    Bytes(Vec<u8>),
    /// Any other argument, unparsed.
    Plain(String),
}

impl Call {
    /// Returns the argument as a number, or -1.
    pub(super) fn number(&self, index: usize) -> i64 {
        match self.arguments.get(index) {
            Some(Text::Plain(number)) => number.parse().unwrap_or(-1),
            _ => -1,
        }
    }
}

/// Returns the calls of a trace, in the order in which they returned.
pub(super) fn calls(trace: &str) -> Vec<Call> {
    let mut unfinished = BTreeMap::<&str, &str>::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((thread, text)) = line.split_once(' ') else {
            continue;
        };
        let text = text.trim_start();
        if let Some(beginning) = text.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread, beginning);
        } else if let Some((_, end)) = text.split_once(" resumed>") {
            let beginning = unfinished.remove(thread).unwrap_or_default();
            calls.extend(call(&format!("{beginning}{end}")));
        } else {
            calls.extend(call(text));
        }
    }
    calls
}

fn call(text: &str) -> Option<Call> {
    let (text, result) = text.rsplit_once(" = ")?;
    let (name, arguments) = text.trim_end().strip_suffix(')')?.split_once('(')?;
    Some(Call {
        name: name.to_owned(),
        arguments: arguments.split(", ").map(argument).collect(),
        result: result.split(' ').next()?.parse().ok()?,
    })
}

fn argument(text: &str) -> Text {
    let text = text.trim();
    match text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    {
        Some(hex) => Text::Bytes(
            hex.split("\\x")
                .skip(1)
                .map(|byte| u8::from_str_radix(byte, 16).unwrap())
                .collect(),
        ),
        None => Text::Plain(text.to_owned()),
    }
}
