//! Removing keys from the store and the device. An owner destroys a key on the device first; a key that
//! the device does not show is not destroyed. A key that expires, or that an administrator removes, is
//! removed from the store first, and from the device when the device shows it.

use std::collections::HashMap;

use parsec_provider::{Journal as _, KeyContext, Provider, ProviderError, Shown};

use crate::identity::Identity;
use crate::key_store::{DeviceJournal, DeviceKey, KeyStore, StoreError};
use crate::refusal::Refusal;

/// A provider's part of the store.
#[derive(Clone, Copy)]
pub(crate) struct KeySpace<'a> {
    pub(crate) store: &'a KeyStore,
    pub(crate) key_space: &'a str,
    pub(crate) provider: &'a dyn Provider,
    pub(crate) journal: &'a DeviceJournal,
}

/// The result of destroying a key.
pub(crate) enum Destroyed<T> {
    /// It is gone; the value is the provider's result.
    Done(T),
    /// It can never be used again; the rest of it on the device is removed later.
    PartLeft,
    /// It was gone already.
    NoSuchKey,
}

impl KeySpace<'_> {
    /// Destroys a key for its owner. If the provider fails, the key stays.
    pub(crate) fn destroy<T>(
        &self,
        key: &KeyContext,
        unmake: impl FnOnce() -> Result<T, ProviderError>,
    ) -> Result<Destroyed<T>, Refusal> {
        let Some(object) = self.provider.object(&key.material) else {
            let answer = unmake()?;
            return Ok(match self.store.remove(key.id, None)? {
                true => Destroyed::Done(answer),
                false => Destroyed::NoSuchKey,
            });
        };
        if !self.store.begin_destroy(key.id, self.key_space, &object)? {
            return Ok(Destroyed::NoSuchKey);
        }
        let finish = |is_part_left| {
            self.store
                .finish_destroy(key.id, self.key_space, &object, is_part_left)
        };
        match unmake() {
            Ok(answer) => Ok(match finish(false)? {
                true => Destroyed::Done(answer),
                false => Destroyed::NoSuchKey,
            }),
            Err(error) if error.is_part_left() => Ok(match finish(true)? {
                true => Destroyed::PartLeft,
                false => Destroyed::NoSuchKey,
            }),
            Err(error) => match self.store.cancel_destroy(key.id, self.key_space, &object)? {
                true => Err(error.into()),
                false => Ok(Destroyed::NoSuchKey),
            },
        }
    }

    /// Removes a key that expires, or that an administrator removes, even if the device returns an
    /// error. Returns the provider's result, `None` if the key was already removed. An object that
    /// cannot be removed from the device now is removed when the device lists it.
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
        // The provider settles the object when all of it is gone.
        Ok(Some(unmake()))
    }

    /// Removes a key that the provider created, because it was not stored.
    pub(crate) fn take_back(&self, key: &KeyContext) {
        if let Err(error) = self.provider.forget(key) {
            tracing::error!(
                %error,
                "a key that was not stored is still on its device; it is removed when the device \
                 lists it"
            );
        }
        let Some(object) = self.provider.object(&key.material) else {
            return;
        };
        if let Err(error) = self.store.abandon(self.key_space, &object) {
            tracing::error!(%error, "the key store failed");
        }
    }

    /// Compares the store with the objects that the device shows. Objects without a key are removed from
    /// the device. Keys whose object is missing are marked, and the marks of keys that are back are
    /// removed. No key is removed, except one whose owner was destroying it when the service stopped;
    /// these are returned, by owner and name.
    pub(crate) fn reconcile(&self) -> Result<Vec<(Identity, String)>, Refusal> {
        // Read before the device is asked, so that keys created meanwhile are not looked for.
        let keys = self.store.device_keys(self.key_space)?;
        let Some(shown) = self.shown(&keys)? else {
            return Ok(Vec::new());
        };
        for found in &keys {
            match self.is_shown(found, &shown) {
                Some(true) => self.journal.found(found.key.id),
                Some(false) => self.journal.missed(found.key.id),
                None => {}
            }
        }
        self.journal.keep_only(&keys);
        self.remove_orphans(&shown)?;
        self.end_interrupted(&keys, &shown)
    }

    /// The objects that the device shows. If keys are missing, the device is asked again, because
    /// libraries cache what they have read.
    fn shown(&self, keys: &[DeviceKey]) -> Result<Option<Shown>, ProviderError> {
        let Some(shown) = self.provider.objects()? else {
            return Ok(None);
        };
        let lacks_any = keys
            .iter()
            .any(|found| self.is_shown(found, &shown) == Some(false));
        if lacks_any && self.provider.refresh()? {
            return self.provider.objects();
        }
        Ok(Some(shown))
    }

    fn is_shown(&self, found: &DeviceKey, shown: &Shown) -> Option<bool> {
        let object = self.provider.object(&found.key.material)?;
        Some(shown.has(&found.key.attributes.key_type, &object))
    }

    /// Removes objects without a key. Those that the device does not show may reappear.
    fn remove_orphans(&self, shown: &Shown) -> Result<(), StoreError> {
        for object in self.store.orphans(self.key_space)? {
            if !shown.has_any(&object) {
                continue;
            }
            match self.provider.remove_object(&object) {
                Ok(true) => {
                    self.store.settle(self.key_space, &object)?;
                    tracing::info!("an object without a key was removed from its device");
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "an object without a key was not removed from its device");
                }
            }
        }
        Ok(())
    }

    /// Completes what owners were destroying when the service stopped: a key whose object still exists
    /// stays; one whose object does not is removed.
    fn end_interrupted(
        &self,
        keys: &[DeviceKey],
        shown: &Shown,
    ) -> Result<Vec<(Identity, String)>, Refusal> {
        let interrupted = self.store.interrupted(self.key_space)?;
        if interrupted.is_empty() {
            return Ok(Vec::new());
        }
        let by_object: HashMap<_, _> = keys
            .iter()
            .filter_map(|found| Some((self.provider.object(&found.key.material)?, found)))
            .collect();
        let mut removed = Vec::new();
        for object in interrupted {
            match by_object.get(&object) {
                Some(found) if self.is_shown(found, shown) == Some(true) => {
                    self.store.settle(self.key_space, &object)?;
                }
                Some(found) => {
                    let (id, space) = (found.key.id, self.key_space);
                    if self.store.finish_destroy(id, space, &object, true)? {
                        removed.push((found.owner.clone(), found.stored.name.clone()));
                    }
                }
                // The key was removed meanwhile, or cannot be read.
                None => {}
            }
        }
        Ok(removed)
    }
}
