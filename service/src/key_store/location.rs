//! The location of a key store and of its master key.

use std::path::PathBuf;
use std::sync::Arc;

use parsec_provider::registration::Sealer;

/// The location of a key store and of its master key.
pub(crate) struct Location {
    /// The SQLite file.
    pub(crate) store: PathBuf,
    pub(crate) master_key: PathBuf,
    /// Whether the master key is a systemd credential: it is never written, and systemd, not the
    /// file's mode, keeps other users from reading it.
    pub(crate) is_credential: bool,
    /// The sealer of the master key, if it is sealed.
    pub(crate) sealer: Option<Arc<dyn Sealer>>,
}

impl Location {
    /// The device that seals the master key.
    pub(super) fn sealer(&self) -> Option<&dyn Sealer> {
        self.sealer.as_deref()
    }
}
