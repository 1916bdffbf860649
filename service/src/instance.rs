//! A configured provider and its state.

use std::sync::Arc;

use parsec_contracts::ProviderId;
use parsec_provider::Provider;

use crate::key_space::KeySpace;
use crate::key_store::{DeviceJournal, KeyStore};
use crate::reconcile_schedule::ReconcileSchedule;

/// A configured provider and its state.
pub(crate) struct Instance {
    /// Its number in the protocol: the provider's own, or another one for a second instance of a type.
    pub(crate) id: ProviderId,
    /// Its name in the configuration.
    pub(crate) name: String,
    /// The key space of its keys: its UUID and its name in the configuration.
    pub(crate) key_space: String,
    pub(crate) provider: Arc<dyn Provider>,
    /// The store's records of its device.
    pub(crate) journal: Arc<DeviceJournal>,
    /// When the store is compared with the device next.
    pub(crate) reconciling: ReconcileSchedule,
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
