//! What every provider says of itself.

use std::collections::BTreeSet;

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
    fn opcodes(&self) -> &'static [Opcode];

    /// How many calls the hardware can take at once.
    fn workers(&self) -> usize;

    /// What it has counted since it was started.
    fn counted(&self) -> Counted {
        Counted::default()
    }

    /// Takes from the device what is only there while this is used, for it will not be used again.
    fn close(&self) {}

    /// Removes whatever the key's creation left on the device or in a cache, because the key was
    /// destroyed or never came to be stored. Forgetting a key twice is no error.
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

    /// The names of all objects on the device; `None` if it holds none, ever.
    ///
    /// # Errors
    ///
    /// The status that says why the device cannot be asked.
    fn objects(&self) -> Result<Option<BTreeSet<Vec<u8>>>, ProviderError> {
        Ok(None)
    }

    /// Removes an object of which the [`Journal`](crate::Journal) tells; that there is none is no error.
    ///
    /// # Errors
    ///
    /// The status that says why it is left behind.
    #[allow(unused_variables)]
    fn remove_object(&self, object: &[u8]) -> Result<(), ProviderError> {
        Ok(())
    }
}
