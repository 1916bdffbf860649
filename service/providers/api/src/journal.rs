//! What is about to be made on a device.

use parsec_contracts::Secret;

use crate::{Binding, Device, KeyId, ProviderError};

/// The service's memory, on disk, of objects on a device that no key is stored for.
///
/// A key on a device is two things: an object there and a row in the key store. A service that is
/// killed between the two leaves the object behind; this is how the next one knows which to
/// remove. Nothing else on the device is ever touched: it may belong to a newer key store.
pub trait Journal: Send + Sync {
    /// Remembers that an object of this name may come to be on the device. It is forgotten again
    /// when the key is stored.
    ///
    /// # Errors
    ///
    /// `psa-error-storage-failure` if it cannot be written, and then nothing may be made.
    fn intend(&self, object: &[u8]) -> Result<(), ProviderError>;

    /// Forgets it, for there is no such object: it could not be made, or was removed again.
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

    /// The material of a few stored keys, to tell the device that made them.
    ///
    /// # Errors
    ///
    /// As of [`Journal::binding`].
    fn samples(&self) -> Result<Vec<Secret>, ProviderError> {
        Ok(Vec::new())
    }

    /// Notes that the device shows the key's object.
    #[allow(unused_variables)]
    fn found(&self, key: KeyId) {}

    /// Notes that the device does not show the key's object: the key is marked missing and kept.
    #[allow(unused_variables)]
    fn missed(&self, key: KeyId) {}

    /// Whether the device must be left as it is, because it is only looked at.
    fn is_read_only(&self) -> bool {
        false
    }
}

/// Remembers nothing, for devices that nobody minds.
impl Journal for () {
    fn intend(&self, _object: &[u8]) -> Result<(), ProviderError> {
        Ok(())
    }

    fn settle(&self, _object: &[u8]) -> Result<(), ProviderError> {
        Ok(())
    }
}
