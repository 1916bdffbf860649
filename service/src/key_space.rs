//! Keys go: from the store first, for a key that is listed can be used, and then from the device.

use std::collections::BTreeSet;

use parsec_provider::{KeyContext, Provider, ProviderError};

use crate::identity::Identity;
use crate::key_store::{KeyStore, Orphans, StoreError};
use crate::refusal::Refusal;

/// A provider's part of the store.
#[derive(Clone, Copy)]
pub(crate) struct KeySpace<'a> {
    pub(crate) store: &'a KeyStore,
    pub(crate) key_space: &'a str,
    pub(crate) provider: &'a dyn Provider,
}

impl KeySpace<'_> {
    /// Removes a key: what `unmake` answered, `None` if somebody was faster. What cannot be removed
    /// from the device now is later.
    pub(crate) fn retire<T>(
        &self,
        key: &KeyContext,
        unmake: impl FnOnce() -> Result<T, ProviderError>,
    ) -> Result<Option<Result<T, ProviderError>>, StoreError> {
        let object = self.provider.object(&key.material);
        let left = object.as_deref().map(|object| (self.key_space, object));
        if !self.store.remove(key.id, left)? {
            return Ok(None);
        }
        let unmade = unmake();
        if let (Some(object), Ok(_)) = (object, &unmade) {
            self.store.settle(self.key_space, &object)?;
        }
        Ok(Some(unmade))
    }

    /// Takes back what the provider has made, for it was not stored.
    pub(crate) fn take_back(&self, key: &KeyContext) {
        let result = self.provider.forget(key).map_err(Refusal::from);
        let result = result.and_then(|()| match self.provider.object(&key.material) {
            Some(object) => Ok(self.store.settle(self.key_space, &object)?),
            None => Ok(()),
        });
        if let Err(refusal) = result {
            tracing::error!(
                status = %refusal.status,
                "a key that was not stored is left behind on its device; it is removed when the \
                 service starts again"
            );
        }
    }

    /// Removes objects whose keys are gone, where that could not be done before.
    pub(crate) fn clear(&self, which: Orphans) {
        let orphans = match self.store.orphans(self.key_space, which) {
            Ok(orphans) => orphans,
            Err(error) => {
                tracing::error!(%error, "what is left on devices cannot be read");
                return;
            }
        };
        for object in orphans {
            if let Err(error) = self.provider.remove_object(&object) {
                tracing::warn!(%error, "an object without a key is left on its device");
                return;
            }
            match self.store.settle(self.key_space, &object) {
                Ok(()) => tracing::info!("an object without a key was removed from its device"),
                Err(error) => tracing::error!(%error, "the key store failed"),
            }
        }
    }

    /// At start: brings the device and the store together again. Objects go that were made for no
    /// key, and keys whose objects the device has lost: those are answered, by owner and name.
    pub(crate) fn repair(&self) -> Vec<(Identity, String)> {
        self.clear(Orphans::All);
        match self.provider.objects() {
            Ok(Some(objects)) => self.remove_lost(&objects).unwrap_or_else(|error| {
                tracing::error!(%error, "the key store failed");
                Vec::new()
            }),
            Ok(None) => Vec::new(),
            Err(error) => {
                tracing::warn!(%error, "what is on the device cannot be listed");
                Vec::new()
            }
        }
    }

    fn remove_lost(
        &self,
        objects: &BTreeSet<Vec<u8>>,
    ) -> Result<Vec<(Identity, String)>, StoreError> {
        let mut removed = Vec::new();
        for (owner, key, material) in self.store.materials(self.key_space)? {
            let lost = self
                .provider
                .object(&material)
                .is_some_and(|object| !objects.contains(&object));
            if lost && self.store.remove(key.id, None)? {
                tracing::warn!(key = %key.id, "a key is removed: its device has lost its object");
                removed.push((owner, key.name));
            }
        }
        Ok(removed)
    }
}
