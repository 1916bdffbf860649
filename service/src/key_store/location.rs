//! The location of a key store and of its master key.

use std::path::PathBuf;

use parsec_contracts::Secret;
use parsec_provider::ProviderError;

/// Seals the master key to this machine.
pub(crate) trait Sealer: Send + Sync {
    /// Seals the key.
    fn seal(&self, key: &Secret) -> Result<Secret, ProviderError>;

    /// Unseals the key.
    fn unseal(&self, sealed: Secret) -> Result<Secret, ProviderError>;

    /// Whether the key is sealed to the machine state that the configuration names.
    fn is_sealed_as_configured(&self, sealed: &Secret) -> bool;
}

/// The location of a key store and of its master key.
pub(crate) struct Location {
    /// The SQLite file.
    pub(crate) store: PathBuf,
    pub(crate) master_key: PathBuf,
    /// Whether the master key is a systemd credential: it is never written, and systemd, not the
    /// file's mode, keeps other users from reading it.
    pub(crate) is_credential: bool,
    /// The device that seals the master key, if any.
    pub(crate) sealer: Option<Box<dyn Sealer>>,
}

impl Location {
    /// The device that seals the master key.
    pub(super) fn sealer(&self) -> Option<&dyn Sealer> {
        self.sealer.as_deref()
    }
}
