//! The interface of a provider, apart from its operations.

use std::collections::BTreeSet;
use std::sync::Arc;

use parsec_contracts::types::KeyType;
use parsec_contracts::{Opcode, ProviderId, Secret};

use crate::counters::Counted;
use crate::error::ProviderError;
use crate::generated::operations::Operations;
use crate::key::KeyContext;

/// A library or device that holds or uses keys.
///
/// Methods block until the work is done, and may be called from several threads concurrently; the
/// service makes at most [`Provider::workers`] concurrent calls.
pub trait Provider: Operations + Send + Sync + 'static {
    /// The provider id of the protocol.
    fn id(&self) -> ProviderId;

    /// The version: major, minor, revision.
    fn version(&self) -> (u32, u32, u32);

    /// A description of the provider, for people.
    fn description(&self) -> String;

    /// The vendor of the technology.
    fn vendor(&self) -> &str {
        self.id().vendor()
    }

    /// The operations that the provider serves. All others return [`ProviderError::not_served`].
    fn opcodes(&self) -> &[Opcode];

    /// The maximum number of concurrent calls.
    fn workers(&self) -> usize;

    /// Counters since the start.
    fn counted(&self) -> Counted {
        Counted::default()
    }

    /// Removes temporary objects from the device, before the provider is dropped.
    fn close(&self) {}

    /// Removes everything that belongs to the key from the device and from caches, because the key
    /// was destroyed or never stored. It is not an error to forget a key twice. An object is
    /// settled in the [`Journal`](crate::Journal) only when all of it was removed: an object that
    /// the device does not list may return.
    ///
    /// # Errors
    ///
    /// The status of the failure. An object may remain.
    #[allow(unused_variables)]
    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        Ok(())
    }

    /// The name of the key's object on a device; `None` if the key has no object.
    #[allow(unused_variables)]
    fn object(&self, material: &Secret) -> Option<Vec<u8>> {
        None
    }

    /// The objects that the device shows now; `None` if it stores no objects.
    ///
    /// # Errors
    ///
    /// The status of the failure to list them.
    fn objects(&self) -> Result<Option<Shown>, ProviderError> {
        Ok(None)
    }

    /// Reads the device's objects again, because it does not show one that must exist. Returns
    /// `false` if that would change nothing, or was done a moment ago.
    ///
    /// # Errors
    ///
    /// The status of the failure to read them.
    fn refresh(&self) -> Result<bool, ProviderError> {
        Ok(false)
    }

    /// Removes an object that the [`Journal`](crate::Journal) records. Returns `false` if the
    /// device did not list all of its objects, so that this one may return.
    ///
    /// # Errors
    ///
    /// The status of the failure. The object may remain.
    #[allow(unused_variables)]
    fn remove_object(&self, object: &[u8]) -> Result<bool, ProviderError> {
        Ok(true)
    }
}

/// A provider that forwards the operations of another one, which may not be available.
pub trait Forwards {
    /// The provider that serves the operations.
    ///
    /// # Errors
    ///
    /// The status of a provider that is not available.
    fn target(&self) -> Result<Arc<dyn Provider>, ProviderError>;
}

/// The objects that a device shows, by the names of [`Provider::object`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Private and secret keys.
    pub keys: BTreeSet<Vec<u8>>,
    /// Public keys.
    pub public_keys: BTreeSet<Vec<u8>>,
}

impl Shown {
    /// Whether the device shows the object that is required to use a key of this type.
    pub fn has(&self, key_type: &KeyType, object: &[u8]) -> bool {
        match key_type {
            KeyType::RsaPublicKey | KeyType::EccPublicKey { .. } | KeyType::DhPublicKey { .. } => {
                self.public_keys.contains(object)
            }
            _ => self.keys.contains(object),
        }
    }

    /// Whether the device shows any object of this name.
    pub fn has_any(&self, object: &[u8]) -> bool {
        self.keys.contains(object) || self.public_keys.contains(object)
    }
}
