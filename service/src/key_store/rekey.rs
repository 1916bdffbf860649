//! Changing the master key, even while a service has the store open.
//!
//! All material is sealed again in one transaction; with its commit the new key takes effect. Before
//! the commit, the new key is in a file beside the old one, and afterwards it replaces it. Whenever
//! this is interrupted, one of these files opens the store, and opening the store tries all of them.
//! [`master_key::settle`] decides when one of them is removed.

use rusqlite::{Connection, TransactionBehavior};

use super::digest::{self, Digest};
use super::error::StoreError;
use super::location::Location;
use super::row::Binding;
use super::{files, master_key, schema, upgrade, verify};

/// Gives the store a new master key; returns the number of keys that were sealed again.
pub(crate) fn rekey(location: &Location) -> Result<u64, StoreError> {
    if location.is_credential {
        return Err(StoreError::CredentialFixed {
            path: location.master_key.clone(),
        });
    }
    files::check_access(&location.store)?;
    let mut store = schema::open(&location.store)?;
    upgrade_first(location, &mut store)?;
    let transaction = store.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // The transaction is a lock, so nothing else changes the store.
    let old = master_key::look(location, &transaction)?.ok_or(StoreError::Sealed)?;
    let new = master_key::make_next(location)?;
    let mut resealed = Vec::new();
    verify::each_key(&transaction, schema::newest(), |row| {
        let opened = row.open_material(&old, Binding::WholeRow);
        let material = opened.map_err(|_| StoreError::DamagedKey { id: row.id })?;
        resealed.push((row.id, row.seal(&new, &material)?));
        Ok(())
    })?;
    if let Some(verdict) = digest::difference(&transaction, &old)? {
        return Err(StoreError::damaged(&location.store, verdict));
    }
    let count = resealed.len() as u64;
    upgrade::replace_materials(&transaction, resealed)?;
    transaction.execute(
        "UPDATE meta SET value = ?1 WHERE name = 'check'",
        [new.check()],
    )?;
    Digest::of(&transaction, &new)?.store(&transaction, &new)?;
    transaction.commit()?;
    // This also empties the log, which holds material sealed with the old key.
    master_key::settle(location, &store)?;
    Ok(count)
}

/// Upgrades a store of an earlier version.
pub(super) fn upgrade_first(location: &Location, store: &mut Connection) -> Result<(), StoreError> {
    if schema::version(store)? == schema::newest() {
        return Ok(());
    }
    let cipher = master_key::look(location, store)?.ok_or(StoreError::Sealed)?;
    upgrade::upgrade_tables(&location.store, store, &cipher)
}
