//! The text of a configuration.

use std::path::{Path, PathBuf};

use toml::Spanned;

use super::error::ConfigError;

/// A file's text, for errors that name the line.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) name: &'a str,
    /// Where relative paths begin; as they stand, if it is no file.
    pub(super) folder: Option<&'a Path>,
}

impl Source<'_> {
    /// A path as the file means it.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        self.folder
            .map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }

    /// What is wrong, and on which line.
    pub(super) fn wrong(&self, at: usize, message: impl Into<String>) -> ConfigError {
        ConfigError::Wrong {
            name: self.name.to_owned(),
            line: self.line(at),
            message: message.into(),
        }
    }

    /// What a setting says, and where it says so.
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

/// What a setting says that is acted on after the file was read, and where it says so.
#[derive(Debug, Clone, Eq)]
pub struct Placed<T> {
    /// What it says.
    pub value: T,
    name: String,
    line: usize,
}

/// One that has moved to another line says what it said.
impl<T: PartialEq> PartialEq for Placed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Placed<T> {
    /// What is wrong with it, with its file and line.
    pub(super) fn wrong(&self, message: impl Into<String>) -> ConfigError {
        ConfigError::Wrong {
            name: self.name.clone(),
            line: self.line,
            message: message.into(),
        }
    }
}
