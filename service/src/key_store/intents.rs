//! Objects on devices that no key is stored for.

use std::sync::Arc;

use parsec_contracts::Secret;
use parsec_provider::{Journal, ProviderError};
use rusqlite::{Connection, params};

use super::row::{KeyRow, columns};
use super::{KeyStore, StoreError, StoredKey, rekey, schema, verify};
use crate::identity::Identity;
use crate::refusal::Refusal;

/// Which objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Orphans {
    /// All: nothing is being made now.
    All,
    /// Those whose key was removed.
    OfRemovedKeys,
}

/// Writes that the device is about to have an object, or still has it.
pub(super) fn intend(
    connection: &Connection,
    provider: &str,
    object: &[u8],
    removing: bool,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO intent (provider, object, removing) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![provider, object, removing])?;
    Ok(())
}

/// Writes that there is no such object, or that a key has it.
pub(super) fn settle(
    connection: &Connection,
    provider: &str,
    object: &[u8],
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM intent WHERE provider = ?1 AND object = ?2")?
        .execute(params![provider, object])?;
    Ok(())
}

impl KeyStore {
    /// Forgets an object that is gone from the device.
    pub(crate) fn settle(&self, provider: &str, object: &[u8]) -> Result<(), StoreError> {
        self.change(|transaction, _| settle(transaction, provider, object))
    }

    /// The objects that have no key. They are about to be removed from their device, so that all
    /// rows are verified first, if there is any.
    pub(crate) fn orphans(
        &self,
        provider: &str,
        which: Orphans,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let from = which == Orphans::OfRemovedKeys;
        self.with_cipher(|cipher| {
            let reader = self.reader();
            let snapshot = reader.unchecked_transaction()?;
            rekey::refuse_old(&snapshot, cipher)?;
            let mut statement = snapshot.prepare_cached(
                "SELECT object FROM intent WHERE provider = ?1 AND removing >= ?2",
            )?;
            let objects = statement.query_map(params![provider, from], |row| row.get(0))?;
            let objects: Vec<Vec<u8>> = objects.collect::<Result<_, _>>()?;
            if !objects.is_empty() {
                let path = &self.location.store;
                let version = schema::newest();
                verify::refuse_damaged_rows(path, &snapshot, cipher, version)?;
            }
            Ok(objects)
        })
    }

    /// All keys of a provider with their material; what cannot be read is left out.
    pub(crate) fn materials(
        &self,
        provider: &str,
    ) -> Result<Vec<(Identity, StoredKey, Secret)>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(concat!(
            "SELECT ",
            columns!(),
            " FROM key WHERE provider = ?1"
        ))?;
        let rows = statement.query_map([provider], KeyRow::read)?;
        let mut materials = Vec::new();
        for row in rows {
            let row = row?;
            let Some(owner) = row.owner() else {
                continue;
            };
            if let Ok(key) = row.open(&self.cipher.load()) {
                materials.push((owner, row.listed(None), key.material));
            }
        }
        Ok(materials)
    }
}

/// The key store as a provider's journal.
pub(crate) struct Intents {
    pub(crate) store: Arc<KeyStore>,
    /// Under which the provider's keys are stored.
    pub(crate) key_space: String,
}

impl Journal for Intents {
    fn intend(&self, object: &[u8]) -> Result<(), ProviderError> {
        let intended = self
            .store
            .change(|transaction, _| intend(transaction, &self.key_space, object, false));
        intended.map_err(failed)
    }

    fn settle(&self, object: &[u8]) -> Result<(), ProviderError> {
        self.store.settle(&self.key_space, object).map_err(failed)
    }
}

fn failed(error: StoreError) -> ProviderError {
    let status = Refusal::from(error).status;
    ProviderError::new(
        status,
        "the service cannot write down what it is about to make",
    )
}
