//! The text of a configuration.

use std::path::{Path, PathBuf};

use parsec_provider::registration::{Place, Placed};
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
            place: self.place(raw.span().start),
        }
    }

    /// The place of a byte.
    pub(super) fn place(&self, at: usize) -> Place {
        Place {
            file: self.name.to_owned(),
            line: self.line(at),
        }
    }

    fn line(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}
