//! Objects on devices that no key is stored for.

use std::sync::Arc;

use parsec_contracts::Secret;
use parsec_provider::{Journal, ProviderError};
use rusqlite::{Connection, params};

use super::cipher::Row;
use super::{KeyStore, StoreError, StoredKey, key_id, owner_of};
use crate::identity::Identity;
use crate::refusal::Refusal;
use crate::sync::lock;

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
        settle(&lock(&self.writer), provider, object)
    }

    /// The objects that have no key.
    pub(crate) fn orphans(
        &self,
        provider: &str,
        which: Orphans,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let reader = self.reader();
        let mut statement = reader
            .prepare_cached("SELECT object FROM intent WHERE provider = ?1 AND removing >= ?2")?;
        let from = which == Orphans::OfRemovedKeys;
        let objects = statement.query_map(params![provider, from], |row| row.get(0))?;
        Ok(objects.collect::<Result<_, _>>()?)
    }

    /// All keys of a provider with their material; what cannot be read is left out.
    pub(crate) fn materials(
        &self,
        provider: &str,
    ) -> Result<Vec<(Identity, StoredKey, Secret)>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT id, auth_type, owner, name, attributes, material FROM key WHERE provider = ?1",
        )?;
        let mut rows = statement.query([provider])?;
        let mut materials = Vec::new();
        while let Some(row) = rows.next()? {
            let (name, attributes): (String, Vec<u8>) = (row.get(3)?, row.get(4)?);
            let Some(owner) = owner_of(row.get(1)?, row.get(2)?) else {
                continue;
            };
            let bound = Row {
                owner: &owner,
                provider,
                name: &name,
                attributes: &attributes,
            };
            let sealed: Vec<u8> = row.get(5)?;
            if let Ok(material) = self.cipher.load().open(&bound, &sealed) {
                let key = StoredKey {
                    id: key_id(row.get(0)?),
                    provider: provider.to_owned(),
                    name,
                    attributes: None,
                };
                materials.push((owner, key, material));
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
        intend(&lock(&self.store.writer), &self.key_space, object, false).map_err(failed)
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
