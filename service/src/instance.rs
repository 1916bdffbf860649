//! A provider as this service runs it.

use std::sync::Arc;

use parsec_contracts::ProviderId;
use parsec_provider::Provider;

use crate::key_space::KeySpace;
use crate::key_store::{DeviceJournal, KeyStore};
use crate::reconciling::Reconciling;

/// A provider as this service runs it.
pub(crate) struct Instance {
    /// Its number in the protocol: the provider's own, or for the second of a type another.
    pub(crate) id: ProviderId,
    /// Its name in the configuration.
    pub(crate) name: String,
    /// Under which its keys are stored: its UUID and its name in the configuration.
    pub(crate) key_space: String,
    pub(crate) provider: Arc<dyn Provider>,
    /// What the store knows of its device.
    pub(crate) journal: Arc<DeviceJournal>,
    /// When the store is compared with the device again.
    pub(crate) reconciling: Reconciling,
}

impl Instance {
    /// Its part of the store.
    pub(crate) fn space<'a>(&'a self, store: &'a KeyStore) -> KeySpace<'a> {
        KeySpace {
            store,
            key_space: &self.key_space,
            provider: &*self.provider,
            journal: &self.journal,
        }
    }
}
