//! The text of a configuration.

use std::path::{Path, PathBuf};

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
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError::Wrong {
            name: self.name.to_owned(),
            line,
            message: message.into(),
        }
    }
}
