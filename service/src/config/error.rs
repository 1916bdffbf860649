//! Errors of the configuration.

use std::io;
use std::path::PathBuf;

use parsec_provider::registration::SettingError;

/// An error of the configuration: the fault, its place, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "{path}: {source}; check the path given by --config, and run this as a user who may read it"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The content of the file is invalid.
    #[error("{name}:{line}: {message}")]
    Wrong {
        /// The file.
        name: String,
        /// The line, from 1.
        line: usize,
        /// The fault, and what to write instead.
        message: String,
    },
    /// The environment does not name a folder.
    #[error("{0}")]
    Environment(String),
}

impl From<SettingError> for ConfigError {
    fn from(error: SettingError) -> Self {
        Self::Wrong {
            name: error.place.file,
            line: error.place.line,
            message: error.message,
        }
    }
}
