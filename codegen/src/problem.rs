//! Problems of contracts, with their locations and corrections.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use toml::de::{DeTable, DeValue};

/// The texts of all files that were read, by their path relative to the root.
pub type Sources = BTreeMap<String, String>;

/// A problem at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, relative to the root.
    pub file: String,
    /// The place in the file.
    pub place: Place,
    /// A description of the problem.
    pub message: String,
    /// How to correct it.
    pub help: String,
}

/// A place in a TOML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A key, as the path of names to it; empty for the whole file.
    Key(Vec<String>),
    /// A range of bytes.
    Span(Range<usize>),
}

impl Problem {
    /// Creates a problem at a key.
    pub fn at<S: Into<String>>(
        file: &str,
        key: impl IntoIterator<Item = S>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            place: Place::Key(key.into_iter().map(Into::into).collect()),
            message: message.into(),
            help: help.into(),
        }
    }

    fn render(&self, sources: &Sources) -> String {
        let empty = String::new();
        let source = sources.get(&self.file).unwrap_or(&empty);
        let (span, key) = match &self.place {
            Place::Key(path) => (locate(source, path), path.join(".")),
            Place::Span(span) => (span.clone(), String::new()),
        };
        let label = if key.is_empty() {
            String::new()
        } else {
            format!("`{key}`")
        };
        let report = [Group::with_title(Level::ERROR.primary_title(&self.message))
            .element(
                Snippet::source(source)
                    .path(&self.file)
                    .annotation(AnnotationKind::Primary.span(span).label(label)),
            )
            .element(Level::HELP.message(&self.help))];
        Renderer::plain().render(&report)
    }
}

/// All problems, with the texts of the files.
#[derive(Debug)]
pub struct Problems {
    problems: Vec<Problem>,
    sources: Sources,
    internal: Option<anyhow::Error>,
}

impl Problems {
    /// Creates an error from problems of the contracts.
    pub fn new(problems: Vec<Problem>, sources: Sources) -> Self {
        Self {
            problems,
            sources,
            internal: None,
        }
    }

    /// Creates an error from a failure of the code generator itself.
    pub fn internal(error: anyhow::Error, sources: Sources) -> Self {
        Self {
            problems: Vec::new(),
            sources,
            internal: Some(error),
        }
    }

    /// Returns the problems, in the order in which they were found.
    pub fn list(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{}\n", problem.render(&self.sources))?;
        }
        if let Some(error) = &self.internal {
            writeln!(f, "error: the code generator failed: {error:#}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Returns the range of the key that `path` names, or of the innermost enclosing table that exists.
fn locate(source: &str, path: &[String]) -> Range<usize> {
    let Ok(document) = DeTable::parse(source) else {
        return 0..0;
    };
    let mut span = 0..0;
    let mut current: Option<&DeValue<'_>> = None;
    for name in path {
        let next = match current {
            None => step(document.get_ref(), name),
            Some(DeValue::Table(table)) => step(table, name),
            Some(DeValue::Array(items)) => name
                .parse()
                .ok()
                .and_then(|index: usize| items.get(index))
                .map(|item| (item.span(), item.get_ref())),
            Some(_) => None,
        };
        let Some((found, value)) = next else { break };
        span = found;
        current = Some(value);
    }
    span
}

fn step<'a, 'i>(table: &'a DeTable<'i>, name: &str) -> Option<(Range<usize>, &'a DeValue<'i>)> {
    table
        .iter()
        .find(|(key, _)| key.get_ref() == name)
        .map(|(key, value)| (key.span(), value.get_ref()))
}
