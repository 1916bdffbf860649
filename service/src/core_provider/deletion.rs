//! Keys that the service deletes for others: administrators, and keys that end.
//!
//! The key goes from the store first, so that nobody can use it from then on. What an administrator
//! deletes goes from its device in a lane of its own, which is waited for only so long: what a
//! device does not do now is done when it answers again, or by the next repair.

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
    /// Deletes a key that goes whatever its state, unless it is gone. One that is damaged, or whose
    /// provider is switched off, goes from the store all the same. Waits for the device.
    pub(crate) fn delete_key(&self, owner: &Identity, key: &StoredKey) -> Result<(), Refusal> {
        let removed = self.remove_key(key, |position, loaded| {
            self.instances[position].provider.forget(loaded)
        })?;
        self.note_deleted(removed, owner, key);
        Ok(())
    }

    /// As [`CoreProvider::delete_key`], and ends the streams that work with it, for an
    /// administrator, who waits for no device that hangs.
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
                // Each ends when its device lets it; none can be used any more.
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

    /// Whether it was there. The key of that number: by now its owner may have renamed it, or have
    /// made another of its name.
    fn remove_key(
        &self,
        key: &StoredKey,
        forget: impl FnOnce(usize, &Arc<KeyContext>) -> Result<(), ProviderError>,
    ) -> Result<bool, Refusal> {
        let loaded = match self.store.load_numbered(key.id) {
            Err(error) => {
                tracing::warn!(%error, "a key that is deleted cannot be read any more");
                None
            }
            Ok(loaded) => loaded,
        };
        let (Some(position), Some(loaded)) = (self.position(key), &loaded) else {
            // Whatever it has on a device goes when its provider is switched on again.
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
            tracing::error!(%error, provider = key.provider, "a deleted key is left behind");
        }
        Ok(forgotten.is_some())
    }
}

fn late() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorCommunicationFailure,
        "the device does not answer; the key is deleted from it when it does",
    )
}
