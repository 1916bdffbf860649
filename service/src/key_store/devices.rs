//! The device that holds each provider's keys.

use parsec_contracts::Secret;
use parsec_provider::{Binding, Device, KeyContext};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::cipher::Cipher;
use super::digest::{self, Digest};
use super::error::StoreError;
use super::location::Location;
use super::row::{KeyRow, columns};
use super::store::KeyStore;
use super::stored_key::StoredKey;
use super::{files, master_key, rekey, schema};
use crate::identity::Identity;

/// The number of stored keys tried to recognize the device that created them.
pub(super) const SAMPLES: usize = 4;

/// A key whose object is on a device.
pub(crate) struct DeviceKey {
    pub(crate) owner: Identity,
    pub(crate) stored: StoredKey,
    pub(crate) key: KeyContext,
}

impl KeyStore {
    /// The device that the provider is bound to.
    pub(crate) fn binding(&self, provider: &str) -> Result<Binding, StoreError> {
        binding(&self.reader(), provider)
    }

    /// Binds the provider to a device.
    pub(crate) fn bind(&self, provider: &str, device: &Device) -> Result<(), StoreError> {
        self.change(|transaction, _| {
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO device (provider, name, manufacturer, model, description)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    provider,
                    device.name,
                    device.manufacturer,
                    device.model,
                    device.description
                ])?;
            Ok(())
        })
    }

    /// The material of the provider's newest keys.
    pub(crate) fn samples(&self, provider: &str) -> Result<Vec<Secret>, StoreError> {
        let mut keys = self.device_keys(provider)?;
        keys.sort_by_key(|found| std::cmp::Reverse(found.key.id));
        let newest = keys.into_iter().take(SAMPLES);
        Ok(newest.map(|found| found.key.material).collect())
    }

    /// All readable keys of a provider.
    pub(crate) fn device_keys(&self, provider: &str) -> Result<Vec<DeviceKey>, StoreError> {
        self.follow()?;
        device_keys(&self.reader(), &self.cipher.load_full(), provider)
    }
}

/// The device that a provider is bound to. A store of an older version has no bindings.
pub(super) fn binding(store: &Connection, provider: &str) -> Result<Binding, StoreError> {
    let is_there = store
        .prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'device'")?
        .exists([])?;
    if !is_there {
        return Ok(Binding::Unbound);
    }
    let bound = store
        .prepare_cached(
            "SELECT name, manufacturer, model, description FROM device WHERE provider = ?1",
        )?
        .query_row([provider], |row| {
            let name: Option<String> = row.get(0)?;
            let (manufacturer, model) = (row.get(1)?, row.get(2)?);
            let description = row.get(3)?;
            Ok(name.map(|name| Device {
                name,
                manufacturer,
                model,
                description,
            }))
        })
        .optional()?;
    Ok(match bound {
        None => Binding::Unbound,
        Some(None) => Binding::Released,
        Some(Some(device)) => Binding::Bound(device),
    })
}

/// Lets a provider bind to the next device that it finds; returns the previous binding.
pub(crate) fn release(location: &Location, provider: &str) -> Result<Binding, StoreError> {
    files::check_access(&location.store)?;
    let mut store = schema::open(&location.store)?;
    rekey::upgrade_first(location, &mut store)?;
    let transaction = store.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let cipher = master_key::look(location, &transaction)?.ok_or(StoreError::Sealed)?;
    if let Some(verdict) = digest::difference(&transaction, &cipher)? {
        return Err(StoreError::damaged(&location.store, verdict));
    }
    let before = binding(&transaction, provider)?;
    transaction.execute(
        "INSERT OR REPLACE INTO device (provider, name) VALUES (?1, NULL)",
        [provider],
    )?;
    Digest::of(&transaction, &cipher)?.store(&transaction, &cipher)?;
    transaction.commit()?;
    Ok(before)
}

/// All readable keys of a provider.
pub(super) fn device_keys(
    store: &Connection,
    cipher: &Cipher,
    provider: &str,
) -> Result<Vec<DeviceKey>, StoreError> {
    let mut statement = store.prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM key WHERE provider = ?1"
    ))?;
    let rows = statement.query_map([provider], KeyRow::read)?;
    let mut keys = Vec::new();
    for row in rows {
        let row = row?;
        if let (Some(owner), Ok(key)) = (row.owner(), row.open(cipher)) {
            keys.push(DeviceKey {
                owner,
                stored: row.listed(None),
                key,
            });
        }
    }
    Ok(keys)
}
