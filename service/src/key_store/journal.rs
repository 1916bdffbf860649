//! The key store as a provider's journal.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use parsec_contracts::Secret;
use parsec_provider::{Binding, Device, Journal, KeyId, ProviderError};

use super::devices::DeviceKey;
use super::error::StoreError;
use super::store::KeyStore;
use crate::refusal::Refusal;
use crate::sync::lock;

/// The key store as a provider's journal.
pub(crate) struct DeviceJournal {
    store: Arc<KeyStore>,
    /// The key space of the provider.
    key_space: String,
    /// The keys that are marked as missing.
    missing: Mutex<HashSet<KeyId>>,
    /// Whether any key is missing, so that using a key needs no lock.
    has_missing: AtomicBool,
}

impl DeviceJournal {
    /// The journal of a provider.
    pub(crate) fn open(store: Arc<KeyStore>, key_space: String) -> Result<Self, StoreError> {
        let missing: HashSet<_> = store.missing_of_provider(&key_space)?.into_iter().collect();
        Ok(Self {
            has_missing: AtomicBool::new(!missing.is_empty()),
            missing: Mutex::new(missing),
            store,
            key_space,
        })
    }

    /// Whether a key is marked as missing.
    pub(crate) fn has_missing(&self) -> bool {
        self.has_missing.load(Ordering::Acquire)
    }

    /// Whether the provider has been bound to a device, or has keys on one.
    pub(crate) fn knows_device(&self) -> Result<bool, StoreError> {
        Ok(self.store.binding(&self.key_space)? != Binding::Unbound
            || !self.store.samples(&self.key_space)?.is_empty())
    }

    /// Marks all keys of the provider as missing: its device is another one, or absent.
    pub(crate) fn all_missed(&self) -> Result<(), StoreError> {
        for found in self.store.device_keys(&self.key_space)? {
            self.missed(found.key.id);
        }
        Ok(())
    }

    /// Forgets the marks of keys that are not in `keys`: they were removed.
    pub(crate) fn keep_only(&self, keys: &[DeviceKey]) {
        if !self.has_missing() {
            return;
        }
        let mut missing = lock(&self.missing);
        let there: HashSet<_> = keys.iter().map(|found| found.key.id).collect();
        missing.retain(|id| there.contains(id));
        self.has_missing
            .store(!missing.is_empty(), Ordering::Release);
    }

    /// Marks all keys as found: their device is back, and stores no objects that could be missing.
    pub(crate) fn all_found(&self) {
        let missing: Vec<_> = lock(&self.missing).iter().copied().collect();
        for key in missing {
            self.found(key);
        }
    }
}

impl Journal for DeviceJournal {
    fn intend(&self, object: &[u8]) -> Result<(), ProviderError> {
        let intended = self.store.intend_to_make(&self.key_space, object);
        intended.map_err(failed)
    }

    fn settle(&self, object: &[u8]) -> Result<(), ProviderError> {
        self.store.settle(&self.key_space, object).map_err(failed)
    }

    fn binding(&self) -> Result<Binding, ProviderError> {
        self.store.binding(&self.key_space).map_err(failed)
    }

    fn bind(&self, device: &Device) -> Result<(), ProviderError> {
        let is_replaced = self.binding()? == Binding::Released;
        self.store.bind(&self.key_space, device).map_err(failed)?;
        tracing::info!(provider = self.key_space, %device, "the provider is bound to its device");
        if is_replaced {
            // Keys that the new device has are found again.
            self.all_missed().map_err(failed)?;
        }
        Ok(())
    }

    fn samples(&self) -> Result<Vec<Secret>, ProviderError> {
        self.store.samples(&self.key_space).map_err(failed)
    }

    fn found(&self, key: KeyId) {
        if !self.has_missing() {
            return;
        }
        let mut missing = lock(&self.missing);
        if !missing.contains(&key) {
            return;
        }
        if let Err(error) = self.store.mark_found(key) {
            tracing::error!(%error, "the key store failed");
            return;
        }
        missing.remove(&key);
        self.has_missing
            .store(!missing.is_empty(), Ordering::Release);
        tracing::info!(%key, "a missing key is on its device again");
    }

    fn missed(&self, key: KeyId) {
        let mut missing = lock(&self.missing);
        if missing.contains(&key) {
            return;
        }
        match self.store.mark_missing(key) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::error!(%error, "the key store failed");
                return;
            }
        }
        missing.insert(key);
        self.has_missing.store(true, Ordering::Release);
        tracing::warn!(%key, "a key is missing: its device does not list its object; the key is kept");
    }
}

fn failed(error: StoreError) -> ProviderError {
    let status = Refusal::from(error).status;
    ProviderError::new(
        status,
        "the service cannot read or write its records of the device",
    )
}
