//! Changing the master key, even under a service that is running.
//!
//! All material is sealed again in one transaction, whose commit is the moment at which the new key
//! holds. Before it the new key lies beside the old one, in a file of its own, and after it takes
//! its place. Whenever this is interrupted, one of these files opens the store, and opening the store
//! tries all of them. [`master_key::settle`] says when one of them may go.

use rusqlite::{Connection, TransactionBehavior};

use super::digest::{self, Digest};
use super::error::StoreError;
use super::location::Location;
use super::row::Binding;
use super::{files, master_key, schema, upgrade, verify};

/// Gives the store a new master key; how many keys were sealed again.
pub(crate) fn rekey(location: &Location) -> Result<u64, StoreError> {
    if location.is_credential {
        return Err(StoreError::CredentialFixed {
            path: location.master_key.clone(),
        });
    }
    files::look_at(&location.store)?;
    let mut store = schema::open(&location.store)?;
    upgrade_first(location, &mut store)?;
    let transaction = store.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Nobody else is at it: the transaction is a lock.
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
    // This empties the log too, which holds what was sealed with the old key.
    master_key::settle(location, &store)?;
    Ok(count)
}

/// Brings a store of an earlier version up.
pub(super) fn upgrade_first(location: &Location, store: &mut Connection) -> Result<(), StoreError> {
    if schema::version(store)? == schema::newest() {
        return Ok(());
    }
    let cipher = master_key::look(location, store)?.ok_or(StoreError::Sealed)?;
    upgrade::bring_up(&location.store, store, &cipher)
}
