//! What every provider says of itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use parsec_contracts::types::KeyType;
use parsec_contracts::{Opcode, ProviderId, Secret};

use crate::{Counted, KeyContext, Operations, ProviderError};

/// A library or device that holds or uses keys.
///
/// Methods block until the work is done and may be called from several threads at once; the
/// service calls at most [`Provider::workers`] of them at a time.
pub trait Provider: Operations + Send + Sync + 'static {
    /// Its place in the protocol.
    fn id(&self) -> ProviderId;

    /// Its version: major, minor, revision.
    fn version(&self) -> (u32, u32, u32);

    /// What it is and what stands behind it, for people.
    fn description(&self) -> String;

    /// Who stands behind the technology.
    fn vendor(&self) -> &str {
        self.id().vendor()
    }

    /// The operations that it serves, all others answering
    /// [`ProviderError::not_served`].
    fn opcodes(&self) -> &[Opcode];

    /// How many calls the hardware can take at once.
    fn workers(&self) -> usize;

    /// What it has counted since it was started.
    fn counted(&self) -> Counted {
        Counted::default()
    }

    /// Takes from the device what is only there while this is used, for it will not be used again.
    fn close(&self) {}

    /// Removes whatever the key's creation left on the device or in a cache, because the key was
    /// destroyed or never came to be stored. Forgetting a key twice is no error. An object is
    /// settled in the [`Journal`](crate::Journal) only when all of it was removed: what the device
    /// does not show now may come back.
    ///
    /// # Errors
    ///
    /// The status that says why something is left behind.
    #[allow(unused_variables)]
    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        Ok(())
    }

    /// The name of what the key has on a device; `None` if its material is all there is of it.
    #[allow(unused_variables)]
    fn object(&self, material: &Secret) -> Option<Vec<u8>> {
        None
    }

    /// What the device shows now; `None` if it keeps no objects.
    ///
    /// # Errors
    ///
    /// The status that says why the device cannot be asked.
    fn objects(&self) -> Result<Option<Shown>, ProviderError> {
        Ok(None)
    }

    /// Reads the device's objects again, because it does not show one that must be there. `false` if
    /// that would change nothing, or was done a moment ago.
    ///
    /// # Errors
    ///
    /// The status that says why the device cannot be asked.
    fn refresh(&self) -> Result<bool, ProviderError> {
        Ok(false)
    }

    /// Removes an object of which the [`Journal`](crate::Journal) tells. `false` if the device
    /// did not show all of it: that is no proof that it is gone.
    ///
    /// # Errors
    ///
    /// The status that says why it is left behind.
    #[allow(unused_variables)]
    fn remove_object(&self, object: &[u8]) -> Result<bool, ProviderError> {
        Ok(true)
    }
}

/// A provider that stands before another, which may not be available. It serves the other's
/// operations.
pub trait Forwards {
    /// The provider that does the work.
    ///
    /// # Errors
    ///
    /// The status that says why it is not available.
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
    /// Whether the object is there without which a key of this type cannot be used.
    pub fn has(&self, key_type: &KeyType, object: &[u8]) -> bool {
        match key_type {
            KeyType::RsaPublicKey | KeyType::EccPublicKey { .. } | KeyType::DhPublicKey { .. } => {
                self.public_keys.contains(object)
            }
            _ => self.keys.contains(object),
        }
    }

    /// Whether anything of that name is there.
    pub fn has_any(&self, object: &[u8]) -> bool {
        self.keys.contains(object) || self.public_keys.contains(object)
    }
}
