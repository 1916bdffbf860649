//! Errors at start, and errors of the key store as callers and the operator see them.

use std::io;
use std::path::PathBuf;

use parsec_contracts::{Status, quoted};

use crate::config::ConfigError;
use crate::key_store::StoreError;
use crate::refusal::Refusal;

/// Why the service cannot start. Each error says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The key store cannot be opened.
    #[error("the key store cannot be opened: {0}")]
    Store(String),
    /// Keys of the published service were found, which this service does not read.
    #[error(
        "{path} {found}, and this service does not read them: applications would not find their keys, \
         and would create others under the same names. Keep the published service while they \
         are in use, or set `published_keys = \"ignore\"` in [key_store] to start without them"
    )]
    PublishedKeys {
        /// Their file or folder.
        path: PathBuf,
        /// How many there are.
        found: String,
    },
    /// The published service's store cannot be read.
    #[error(
        "it is unknown whether the published service left keys in {path}: {why}. Make it \
         readable, or set `published_keys = \"ignore\"` in [key_store] to start without them"
    )]
    PublishedStore {
        /// Its file or folder.
        path: PathBuf,
        /// The fault.
        why: String,
    },
    /// Security events cannot be written.
    #[error("audit events cannot be written: {0}")]
    Audit(String),
    /// There is no audit log to verify.
    #[error("there is no audit log to verify: {0}")]
    NoAuditLog(String),
    /// A provider does not start.
    #[error("the provider {} does not start: {why}", quoted(.name))]
    Provider {
        /// Its name in the configuration.
        name: String,
        /// The fault, and what to do.
        why: String,
    },
    /// The socket cannot be created.
    #[error("the socket {path} cannot be created: {why}")]
    Socket {
        /// Its path.
        path: PathBuf,
        /// The fault, and what to do.
        why: String,
    },
    /// A thread or the runtime cannot be started.
    #[error("the operating system refused: {0}")]
    Io(#[from] io::Error),
}

impl ServiceError {
    /// The socket at that path cannot be created.
    pub(crate) fn socket(place: impl Into<PathBuf>, why: impl Into<String>) -> Self {
        Self::Socket {
            path: place.into(),
            why: why.into(),
        }
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // Paths and causes go to the operator's log and not to the caller.
        tracing::error!(%error, "the key store failed");
        match error.status() {
            // Also for a deletion: the key store writes that before it frees anything.
            status @ Status::PsaErrorInsufficientStorage => {
                Self::because(status, "The disk with the key store is full.")
            }
            status => Self::of(status),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_do_not_see_the_paths_and_causes_of_store_errors() {
        let path = "/var/lib/parsec/keys.sqlite3";
        let error = StoreError::InUse { path: path.into() };
        let (status, body) = Refusal::from(error).response(true);
        assert_eq!(status, Status::KeyInfoManagerError);
        assert!(!String::from_utf8_lossy(&body).contains("parsec/keys"));
    }

    #[test]
    fn a_damaged_key_has_its_own_status() {
        for error in [StoreError::Sealed, StoreError::Attributes] {
            assert_eq!(Refusal::from(error).status, Status::PsaErrorDataCorrupt);
        }
    }

    #[test]
    fn a_full_disk_has_its_own_status() {
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let error = StoreError::Database(rusqlite::Error::SqliteFailure(full, None));
        let refusal = Refusal::from(error);
        assert_eq!(refusal.status, Status::PsaErrorInsufficientStorage);
        // Deleting keys does not help.
        assert!(refusal.message.contains("disk"), "{}", refusal.message);
        assert!(!refusal.status.advice().contains("Delete"));
    }
}
