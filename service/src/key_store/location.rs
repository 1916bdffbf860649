//! Where a key store is, and where the key is that opens it.

use std::path::PathBuf;

use parsec_contracts::Secret;
use parsec_provider::ProviderError;

/// What keeps the master key so that it is of use on this machine alone.
pub(crate) trait Sealer: Send + Sync {
    /// Seals it.
    fn seal(&self, key: &Secret) -> Result<Secret, ProviderError>;

    /// Gives it back.
    fn unseal(&self, sealed: Secret) -> Result<Secret, ProviderError>;

    /// Whether it is sealed to the state of the machine that the configuration names.
    fn is_sealed_as_configured(&self, sealed: &Secret) -> bool;
}

/// Where a key store is, and where the key is that opens it.
pub(crate) struct Location {
    /// The SQLite file.
    pub(crate) store: PathBuf,
    pub(crate) master_key: PathBuf,
    /// Whether the master key is a credential of systemd: it is never written, and systemd, not
    /// the file's mode, sees to it that nobody else can read it.
    pub(crate) is_credential: bool,
    /// What has sealed the master key, if anything has.
    pub(crate) sealer: Option<Box<dyn Sealer>>,
}

impl Location {
    /// What has sealed the master key.
    pub(super) fn sealer(&self) -> Option<&dyn Sealer> {
        self.sealer.as_deref()
    }
}
