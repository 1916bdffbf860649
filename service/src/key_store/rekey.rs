//! Changing the master key, even under a service that is running.
//!
//! All material is sealed again in one transaction, whose commit is the moment at which the new key
//! holds. Before it the new key lies beside the old one, in a file of its own, and after it takes
//! its place. Whenever this is interrupted, one of these files opens the store, and opening the store
//! tries all of them. [`master_key::settle`] says when one of them may go.

use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::cipher::Cipher;
use super::digest::{self, Digest};
use super::error::StoreError;
use super::location::Location;
use super::row::Binding;
use super::{KeyStore, files, master_key, schema, upgrade, verify};
use crate::sync::lock;

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
        let opened = old.open(row, Binding::WholeRow);
        let material = opened.map_err(|_| StoreError::DamagedKey { id: row.id })?;
        resealed.push((row.id, new.seal(row, &material)?));
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

impl KeyStore {
    /// Has something changed, in one transaction and under the master key that is the store's then;
    /// when this returns, it is on disk. Every change goes through here.
    pub(super) fn change<T>(
        &self,
        work: impl Fn(&Transaction<'_>, &Cipher) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with_cipher(|cipher| {
            let mut writer = lock(&self.writer);
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            refuse_old(&transaction, cipher)?;
            self.digest_cipher.store(Arc::clone(cipher));
            let done = work(&transaction, cipher)?;
            transaction.commit()?;
            Ok(done)
        })
    }

    /// Has something done that opens or seals material; again, if that failed because the store
    /// was given a new master key meanwhile.
    pub(super) fn with_cipher<T>(
        &self,
        work: impl Fn(&Arc<Cipher>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut cipher = self.cipher.load_full();
        loop {
            let failed = match work(&cipher) {
                Err(error @ (StoreError::Sealed | StoreError::Rekeyed)) => error,
                done => return done,
            };
            self.follow()?;
            let now = self.cipher.load_full();
            if now.check() == cipher.check() {
                return Err(failed);
            }
            cipher = now;
        }
    }

    /// Takes over the store's master key, if it is another than the one that is known.
    pub(super) fn follow(&self) -> Result<(), StoreError> {
        let reader = self.reader();
        if master_key::check_of(&reader)?.as_deref() == Some(self.cipher.load().check()) {
            return Ok(());
        }
        if let Some(cipher) = master_key::look(&self.location, &reader)? {
            self.cipher.store(cipher.into());
            tracing::info!("the store has a new master key");
        }
        Ok(())
    }
}

/// Refuses to write with a key that is not the store's any more; to be asked within a transaction.
pub(super) fn refuse_old(store: &Connection, cipher: &Cipher) -> Result<(), StoreError> {
    match master_key::check_of(store)?.as_deref() == Some(cipher.check()) {
        true => Ok(()),
        false => Err(StoreError::Rekeyed),
    }
}
