//! Sealing secrets to this machine.

use std::fmt;

use parsec_contracts::Secret;

use super::equals::Equals;
use super::printed::Printed;
use crate::error::ProviderError;

/// A device that encrypts a secret such that only this device decrypts it, and only in the state of
/// the machine that the configuration names. The service seals its master key with it.
pub trait Sealer: Equals + fmt::Debug + Send + Sync {
    /// Encrypts a secret of up to 128 bytes.
    ///
    /// # Errors
    ///
    /// The status of the device.
    fn seal(&self, secret: &Secret) -> Result<Secret, ProviderError>;

    /// Decrypts what [`Sealer::seal`] returned.
    ///
    /// # Errors
    ///
    /// The status of the device, which may be another one or in another state.
    fn unseal(&self, sealed: Secret) -> Result<Secret, ProviderError>;

    /// Whether it is sealed to the state of the machine that the configuration names.
    fn is_sealed_as_configured(&self, sealed: &Secret) -> bool;

    /// Its settings in the section of the key store, for `--check`.
    fn printed(&self) -> Vec<(&'static str, Printed)>;
}

impl PartialEq for dyn Sealer {
    fn eq(&self, other: &Self) -> bool {
        self.equals(other)
    }
}

impl Eq for dyn Sealer {}
