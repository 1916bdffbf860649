//! The text of a configuration.

use std::path::{Path, PathBuf};

use toml::Spanned;

use super::error::ConfigError;

/// A file's text, for errors with line numbers.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) name: &'a str,
    /// The folder for relative paths; `None` if the text is not from a file.
    pub(super) folder: Option<&'a Path>,
}

impl Source<'_> {
    /// Resolves a path in the file.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        self.folder
            .map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }

    /// An error at that offset.
    pub(super) fn wrong(&self, at: usize, message: impl Into<String>) -> ConfigError {
        ConfigError::Wrong {
            name: self.name.to_owned(),
            line: self.line(at),
            message: message.into(),
        }
    }

    /// A setting's value with its place in the file.
    pub(super) fn placed<R, T>(&self, raw: &Spanned<R>, value: T) -> Placed<T> {
        Placed {
            value,
            name: self.name.to_owned(),
            line: self.line(raw.span().start),
        }
    }

    fn line(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

/// A setting's value with its place, for settings that are used after the file was read.
#[derive(Debug, Clone, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    name: String,
    line: usize,
}

/// Compares values only: a setting may move to another line.
impl<T: PartialEq> PartialEq for Placed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Placed<T> {
    /// An error about the setting, with its file and line.
    pub(super) fn wrong(&self, message: impl Into<String>) -> ConfigError {
        ConfigError::Wrong {
            name: self.name.clone(),
            line: self.line,
            message: message.into(),
        }
    }
}
