//! Deletion by the service: of expired keys, and for administrators.
//!
//! The key is removed from the store first, so that no request can use it. For an administrator,
//! the device's object is removed on a separate queue, for a limited time: if the device is too
//! slow, the object is removed when the device responds again, or by the next reconciliation.

use std::sync::Arc;

use parsec_contracts::Status;
use parsec_provider::{KeyContext, ProviderError};

use super::CoreProvider;
use crate::audit::Event;
use crate::devices;
use crate::dispatch::Refusal;
use crate::identity::Identity;
use crate::key_store::StoredKey;

impl CoreProvider {
    /// Deletes a key in any state, unless it is gone. A damaged key, or one whose provider is not
    /// configured, is removed from the store as well. Waits for the device.
    pub(crate) fn delete_key(&self, owner: &Identity, key: &StoredKey) -> Result<(), Refusal> {
        let removed = self.remove_key(key, |position, loaded| {
            self.instances[position].provider.forget(loaded)
        })?;
        self.note_deleted(removed, owner, key);
        Ok(())
    }

    /// As [`CoreProvider::delete_key`], for an administrator: also ends the streams that use the key, and
    /// does not wait for a device that hangs.
    pub(super) fn revoke_key(&self, owner: &Identity, key: &StoredKey) -> Result<(), Refusal> {
        let removed = self.remove_key(key, |position, loaded| {
            let provider = Arc::clone(&self.instances[position].provider);
            let loaded = Arc::clone(loaded);
            let forgotten = self.device_lanes[position].run(move || provider.forget(&loaded));
            forgotten.unwrap_or_else(|| Err(late()))
        })?;
        self.note_deleted(removed, owner, key);
        let streams = self.sessions.revoke(key.id);
        match self.position(key) {
            Some(position) if !streams.is_empty() => {
                // Each stream ends when its device is free; none can be used any more.
                let _ = self.device_lanes[position].run(move || drop(streams));
            }
            _ => drop(streams),
        }
        Ok(())
    }

    fn note_deleted(&self, removed: bool, owner: &Identity, key: &StoredKey) {
        if removed {
            let provider = self
                .instance(&key.provider)
                .map_or(&*key.provider, |instance| instance.id.name());
            self.audit
                .record(Event::deleted(owner, provider, &key.name));
        }
    }

    fn position(&self, key: &StoredKey) -> Option<usize> {
        self.instances
            .iter()
            .position(|instance| instance.key_space == key.provider)
    }

    /// Removes the key of that number, whose owner may have renamed it meanwhile, or created another key
    /// of its name; `false` if it was gone.
    fn remove_key(
        &self,
        key: &StoredKey,
        forget: impl FnOnce(usize, &Arc<KeyContext>) -> Result<(), ProviderError>,
    ) -> Result<bool, Refusal> {
        let loaded = match self.store.load_numbered(key.id) {
            Err(error) => {
                tracing::warn!(%error, "a key that is being deleted cannot be read");
                None
            }
            Ok(loaded) => loaded,
        };
        let (Some(position), Some(loaded)) = (self.position(key), &loaded) else {
            // Its object on a device is removed when its provider is configured again.
            let object =
                loaded.and_then(|loaded| devices::object_in(&key.provider, &loaded.material));
            let left = object.as_deref().map(|object| (&*key.provider, object));
            return Ok(self.store.remove(key.id, left)?);
        };
        let loaded = Arc::new(loaded.clone());
        let forgotten = self.instances[position]
            .space(&self.store)
            .retire(&loaded, || forget(position, &loaded))?;
        if let Some(Err(error)) = &forgotten {
            tracing::error!(%error, provider = key.provider, "the object of a deleted key is left on its device");
        }
        Ok(forgotten.is_some())
    }
}

fn late() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorCommunicationFailure,
        "the device does not respond; the key is deleted from it when it does",
    )
}
