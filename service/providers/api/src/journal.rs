//! The record of objects that are being created on a device.

use parsec_contracts::Secret;

use crate::device::{Binding, Device};
use crate::error::ProviderError;
use crate::key::KeyId;

/// The service's persistent record of objects on a device for which no key is stored.
///
/// A key on a device consists of an object there and a row in the key store. A service that is
/// killed between the two leaves the object behind; the journal tells the next start which objects
/// to remove. Other objects on the device are never removed: they may belong to a newer key store.
pub trait Journal: Send + Sync {
    /// Records that an object of this name may be created on the device. The record is removed when
    /// the key is stored.
    ///
    /// # Errors
    ///
    /// `psa-error-storage-failure` if it cannot be written. Then nothing may be created.
    fn intend(&self, object: &[u8]) -> Result<(), ProviderError>;

    /// Removes the record of an object that was not created, or was removed again.
    ///
    /// # Errors
    ///
    /// As of [`Journal::intend`].
    fn settle(&self, object: &[u8]) -> Result<(), ProviderError>;

    /// The device that the provider's keys are bound to.
    ///
    /// # Errors
    ///
    /// `psa-error-storage-failure` if it cannot be read.
    fn binding(&self) -> Result<Binding, ProviderError> {
        Ok(Binding::Unbound)
    }

    /// Binds the provider's keys to this device.
    ///
    /// # Errors
    ///
    /// As of [`Journal::intend`].
    #[allow(unused_variables)]
    fn bind(&self, device: &Device) -> Result<(), ProviderError> {
        Ok(())
    }

    /// The material of a few stored keys, to identify the device that created them.
    ///
    /// # Errors
    ///
    /// As of [`Journal::binding`].
    fn samples(&self) -> Result<Vec<Secret>, ProviderError> {
        Ok(Vec::new())
    }

    /// Records that the device shows the key's object.
    #[allow(unused_variables)]
    fn found(&self, key: KeyId) {}

    /// Records that the device does not show the key's object. The key is marked as missing and
    /// kept.
    #[allow(unused_variables)]
    fn missed(&self, key: KeyId) {}

    /// Whether the device must not be changed, because it is only inspected.
    fn is_read_only(&self) -> bool {
        false
    }
}

/// A journal that records nothing, for devices whose objects need no cleanup.
impl Journal for () {
    fn intend(&self, _object: &[u8]) -> Result<(), ProviderError> {
        Ok(())
    }

    fn settle(&self, _object: &[u8]) -> Result<(), ProviderError> {
        Ok(())
    }
}
