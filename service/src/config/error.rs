//! What can be wrong with a configuration.

use std::io;
use std::path::PathBuf;

/// What is wrong with a configuration, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "{path}: {source}; name the right one with --config, and run this as a user who may read it"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something in the file is wrong.
    #[error("{name}:{line}: {message}")]
    Wrong {
        /// The file.
        name: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong and what to write.
        message: String,
    },
    /// The environment does not say where things belong.
    #[error("{0}")]
    Environment(String),
}
