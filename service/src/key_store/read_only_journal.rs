//! A store's records of a provider's device, for reading only.

use parsec_contracts::Secret;
use parsec_provider::{Binding, Journal, ProviderError};

use super::devices::{self, DeviceKey};
use super::error::StoreError;
use super::location::Location;
use super::{master_key, schema};

/// A journal that writes nothing.
#[derive(Default)]
pub(crate) struct ReadOnlyJournal {
    binding: Binding,
    pub(crate) keys: Vec<DeviceKey>,
}

impl ReadOnlyJournal {
    /// Reads the store's records of the provider. A store that does not exist has none.
    pub(crate) fn read(location: &Location, key_space: &str) -> Result<Self, StoreError> {
        if !location.store.exists() {
            return Ok(Self::default());
        }
        let store = schema::open_read_only(&location.store)?;
        let keys = match master_key::look(location, &store)? {
            Some(cipher) => devices::device_keys(&store, &cipher, key_space)?,
            None => Vec::new(),
        };
        Ok(Self {
            binding: devices::binding(&store, key_space)?,
            keys,
        })
    }
}

impl ReadOnlyJournal {
    /// Whether the store has no records of the provider.
    pub(crate) fn is_empty(&self) -> bool {
        self.binding == Binding::Unbound && self.keys.is_empty()
    }
}

impl Journal for ReadOnlyJournal {
    fn intend(&self, _object: &[u8]) -> Result<(), ProviderError> {
        Ok(())
    }

    fn settle(&self, _object: &[u8]) -> Result<(), ProviderError> {
        Ok(())
    }

    fn binding(&self) -> Result<Binding, ProviderError> {
        Ok(self.binding.clone())
    }

    fn samples(&self) -> Result<Vec<Secret>, ProviderError> {
        let newest = self.keys.iter().rev().take(devices::SAMPLES);
        Ok(newest.map(|found| found.key.material.clone()).collect())
    }

    fn is_read_only(&self) -> bool {
        true
    }
}
