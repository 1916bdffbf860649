//! Expiry of keys, and renaming.

use parsec_provider::KeyId;
use rusqlite::params;

use super::error::StoreError;
use super::keys::{find_row, is_name_taken, numbered_row};
use super::master_key;
use super::row::{Binding, KeyRow, columns};
use super::store::KeyStore;
use super::stored_key::{Expiry, Rename, StoredKey, now};
use crate::identity::Identity;

/// Why keys have expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExpiredBy {
    /// Their session ended.
    Session(u64),
    /// All sessions ended, because the service restarted.
    AllSessions,
    /// Their time was reached.
    Time,
}

impl KeyStore {
    /// When a key expires.
    pub(crate) fn expiry(&self, id: KeyId) -> Result<Expiry, StoreError> {
        self.with_cipher(|cipher| {
            let Some(row) = numbered_row(&self.reader(), id)? else {
                return Ok(Expiry::Never);
            };
            row.open(cipher).map(|_| row.expiry())
        })
    }

    /// The expired keys. They are about to be deleted, so a key whose row was changed or damaged is not
    /// among them.
    pub(crate) fn expired(&self, why: ExpiredBy) -> Result<Vec<(Identity, StoredKey)>, StoreError> {
        let (condition, number) = match why {
            ExpiredBy::Session(number) => ("session = ?1", number.cast_signed()),
            ExpiredBy::AllSessions => ("session >= ?1", 0),
            ExpiredBy::Time => ("expires_at <= ?1", now().cast_signed()),
        };
        self.with_cipher(|cipher| {
            let reader = self.reader();
            let snapshot = reader.unchecked_transaction()?;
            master_key::refuse_outdated_key(&snapshot, cipher)?;
            let mut statement = snapshot.prepare_cached(&format!(
                concat!("SELECT ", columns!(), " FROM key WHERE {}"),
                condition
            ))?;
            let rows = statement.query_map([number], KeyRow::read)?;
            let mut keys = Vec::new();
            for row in rows {
                let row = row?;
                // The owner's authenticator is unknown to this version of the service, so nobody can
                // call as the owner. The keys stay until a version knows it again.
                let Some(owner) = row.owner() else {
                    continue;
                };
                match row.open(cipher) {
                    Ok(_) => keys.push((owner, row.listed(None))),
                    Err(error) => {
                        tracing::error!(key = row.id, %error, "a damaged key seems to have expired and is kept");
                    }
                }
            }
            Ok(keys)
        })
    }

    /// Renames a key, in one transaction: its material is bound to its name.
    pub(crate) fn rename(
        &self,
        owner: &Identity,
        provider: &str,
        old: &str,
        new: &str,
    ) -> Result<Rename, StoreError> {
        self.change(|transaction, cipher| {
            let Some(mut row) = find_row(transaction, owner, provider, old)? else {
                return Ok(Rename::NoSuchKey);
            };
            let material = row.open_material(cipher, Binding::WholeRow)?;
            if row.expiry().is_expired() {
                return Ok(Rename::NoSuchKey);
            }
            new.clone_into(&mut row.name);
            let sealed = row.seal(cipher, &material)?;
            let renamed = transaction
                .prepare_cached("UPDATE key SET name = ?2, material = ?3 WHERE id = ?1")?
                .execute(params![row.id, row.name, sealed]);
            match renamed {
                Ok(_) => Ok(Rename::Renamed),
                Err(error) if is_name_taken(&error) => Ok(Rename::NameTaken),
                Err(error) => Err(error.into()),
            }
        })
    }
}
