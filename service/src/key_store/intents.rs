//! Objects on devices that have no stored key, or whose key is being destroyed.
//!
//! An object is forgotten only when the device has shown it and removed all of it: an object that the
//! device does not show may reappear.

use parsec_provider::KeyId;
use rusqlite::{Connection, params};

use super::error::StoreError;
use super::store::KeyStore;
use super::{master_key, missing, schema, verify};
use crate::sync::lock;

/// The pending operation on an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is about to be created for a key.
    Making = 0,
    /// It has no key and will be removed.
    Removing = 1,
    /// Its key is being destroyed; the key stays stored until the object is gone.
    Destroying = 2,
    /// The service stopped while its key was being destroyed.
    Interrupted = 3,
}

/// Records the pending operation on an object.
pub(super) fn intend(
    connection: &Connection,
    provider: &str,
    object: &[u8],
    fate: Fate,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO intent (provider, object, removing) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![provider, object, fate as u8])?;
    Ok(())
}

/// Records that nothing is pending for an object: it does not exist, or a key has it.
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
    /// Resumes after a restart: nothing is being created or destroyed any more.
    pub(super) fn resume(&self) -> Result<(), StoreError> {
        // On the writing connection: a reader that was used keeps the last connection from emptying the
        // log when it closes.
        let has_pending = lock(&self.writer)
            .prepare_cached("SELECT 1 FROM intent WHERE removing IN (0, 2)")?
            .exists([])?;
        if !has_pending {
            return Ok(());
        }
        self.change(|transaction, _| {
            transaction.execute("UPDATE intent SET removing = 1 WHERE removing = 0", [])?;
            transaction.execute("UPDATE intent SET removing = 3 WHERE removing = 2", [])?;
            Ok(())
        })
    }

    /// Forgets an object that is gone from the device. If its key is being destroyed, the object is
    /// remembered until [`KeyStore::finish_destroy`] removes the key: a service that is killed in between
    /// must complete the deletion when it starts.
    pub(crate) fn settle(&self, provider: &str, object: &[u8]) -> Result<(), StoreError> {
        self.change(|transaction, _| {
            transaction
                .prepare_cached(
                    "DELETE FROM intent WHERE provider = ?1 AND object = ?2 AND removing <> ?3",
                )?
                .execute(params![provider, object, Fate::Destroying as u8])?;
            Ok(())
        })
    }

    /// Records that an object is about to be created.
    pub(super) fn intend_to_make(&self, provider: &str, object: &[u8]) -> Result<(), StoreError> {
        self.change(|transaction, _| intend(transaction, provider, object, Fate::Making))
    }

    /// Records that an object that was being created gets no key, and must be removed if it exists.
    pub(crate) fn abandon(&self, provider: &str, object: &[u8]) -> Result<(), StoreError> {
        self.change(|transaction, _| {
            transaction
                .prepare_cached(
                    "UPDATE intent SET removing = ?3
                     WHERE provider = ?1 AND object = ?2 AND removing = ?4",
                )?
                .execute(params![
                    provider,
                    object,
                    Fate::Removing as u8,
                    Fate::Making as u8
                ])?;
            Ok(())
        })
    }

    /// Whether there are objects to remove.
    pub(crate) fn has_orphans(&self, provider: &str) -> Result<bool, StoreError> {
        Ok(self
            .reader()
            .prepare_cached("SELECT 1 FROM intent WHERE provider = ?1 AND removing = ?2")?
            .exists(params![provider, Fate::Removing as u8])?)
    }

    /// The objects to remove from their device. If there are any, all rows are verified first.
    pub(crate) fn orphans(&self, provider: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        self.objects(provider, Fate::Removing)
    }

    /// The objects that were being destroyed when the service stopped, as [`KeyStore::orphans`].
    pub(crate) fn interrupted(&self, provider: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        self.objects(provider, Fate::Interrupted)
    }

    fn objects(&self, provider: &str, fate: Fate) -> Result<Vec<Vec<u8>>, StoreError> {
        self.with_cipher(|cipher| {
            let reader = self.reader();
            let snapshot = reader.unchecked_transaction()?;
            master_key::refuse_outdated_key(&snapshot, cipher)?;
            let mut statement = snapshot.prepare_cached(
                "SELECT object FROM intent WHERE provider = ?1 AND removing = ?2",
            )?;
            let objects = statement.query_map(params![provider, fate as u8], |row| row.get(0))?;
            let objects: Vec<Vec<u8>> = objects.collect::<Result<_, _>>()?;
            if !objects.is_empty() {
                let path = &self.location.store;
                let version = schema::newest();
                verify::refuse_damaged_rows(path, &snapshot, cipher, version)?;
            }
            Ok(objects)
        })
    }

    /// Begins to destroy a key, which stays until [`KeyStore::finish_destroy`]; `false` if it does not
    /// exist.
    pub(crate) fn begin_destroy(
        &self,
        id: KeyId,
        provider: &str,
        object: &[u8],
    ) -> Result<bool, StoreError> {
        self.change(|transaction, _| {
            let begun = transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO intent (provider, object, removing)
                     SELECT ?2, ?3, ?4 FROM key WHERE id = ?1",
                )?
                .execute(params![
                    id.0.cast_signed(),
                    provider,
                    object,
                    Fate::Destroying as u8
                ])?;
            Ok(begun > 0)
        })
    }

    /// Removes a key that is gone from its device; `false` if it was gone already. The rest of the object
    /// is removed later.
    pub(crate) fn finish_destroy(
        &self,
        id: KeyId,
        provider: &str,
        object: &[u8],
        is_part_left: bool,
    ) -> Result<bool, StoreError> {
        self.change(|transaction, _| {
            let removed = transaction
                .prepare_cached("DELETE FROM key WHERE id = ?1")?
                .execute([id.0.cast_signed()])?;
            missing::forget(transaction, id)?;
            match is_part_left {
                true => intend(transaction, provider, object, Fate::Removing)?,
                false => settle(transaction, provider, object)?,
            }
            Ok(removed > 0)
        })
    }

    /// Keeps a key that could not be destroyed; `false` if it is gone.
    pub(crate) fn cancel_destroy(
        &self,
        id: KeyId,
        provider: &str,
        object: &[u8],
    ) -> Result<bool, StoreError> {
        self.change(|transaction, _| {
            transaction
                .prepare_cached(
                    "DELETE FROM intent WHERE provider = ?1 AND object = ?2 AND removing = ?3",
                )?
                .execute(params![provider, object, Fate::Destroying as u8])?;
            Ok(transaction
                .prepare_cached("SELECT 1 FROM key WHERE id = ?1")?
                .exists([id.0.cast_signed()])?)
        })
    }
}
