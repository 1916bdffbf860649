//! Changing the master key, even under a service that is running.
//!
//! All material is sealed anew in one transaction, whose commit is the moment at which the new key
//! holds. Before it the new key lies beside the old one, in a file of its own, and after it takes
//! its place. Whenever this is interrupted, one of these files opens the store, and opening the store
//! tries all of them. [`master_key::settle`] says when one of them may go.

use rusqlite::{Connection, TransactionBehavior, params};

use super::care::each_row;
use super::cipher::Cipher;
use super::error::StoreError;
use super::location::Location;
use super::{KeyStore, files, master_key, schema};

/// Gives the store a new master key; how many keys were sealed anew.
pub(crate) fn rekey(location: &Location) -> Result<u64, StoreError> {
    if location.is_credential {
        return Err(StoreError::CredentialFixed {
            path: location.master_key.clone(),
        });
    }
    files::look_at(&location.store)?;
    let mut store = schema::open(&location.store)?;
    let transaction = store.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Nobody else is at it: the transaction is a lock.
    let old = master_key::look(location, &transaction)?.ok_or(StoreError::Sealed)?;
    let new = master_key::make_next(location)?;
    let mut count = 0;
    let mut sealed_anew = Vec::new();
    each_row(&transaction, |id, row, sealed| {
        let material = old
            .open(row, sealed)
            .map_err(|_| StoreError::DamagedKey { id })?;
        sealed_anew.push((id, new.seal(row, &material)?));
        count += 1;
        Ok(())
    })?;
    for (id, sealed) in sealed_anew {
        transaction
            .prepare_cached("UPDATE key SET material = ?2 WHERE id = ?1")?
            .execute(params![id, sealed])?;
    }
    transaction.execute(
        "UPDATE meta SET value = ?1 WHERE name = 'check'",
        [new.check()],
    )?;
    transaction.commit()?;
    // This empties the log too, which holds what was sealed with the old key.
    master_key::settle(location, &store)?;
    Ok(count)
}

impl KeyStore {
    /// Has something done that opens or seals material; again, if that failed because the store
    /// was given a new master key meanwhile.
    pub(super) fn with_cipher<T>(
        &self,
        work: impl Fn(&Cipher) -> Result<T, StoreError>,
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
    fn follow(&self) -> Result<(), StoreError> {
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
