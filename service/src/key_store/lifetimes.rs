//! Keys that end by themselves, and keys that change their name.

use parsec_provider::KeyId;
use rusqlite::{OptionalExtension as _, TransactionBehavior, params};

use super::cipher::{Cipher, Row};
use super::{
    Expiry, KeyStore, Rename, StoreError, StoredKey, find_row, is_name_taken, key_id, now,
    owner_of, rekey,
};
use crate::identity::Identity;
use crate::sync::lock;

/// Why keys have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExpiredBy {
    /// The session of that number is over.
    Session(u64),
    /// All sessions are: the service starts.
    AllSessions,
    /// Their time has come.
    Time,
}

impl KeyStore {
    /// When a key ends.
    pub(crate) fn expiry(&self, id: KeyId) -> Result<Expiry, StoreError> {
        let row = self
            .reader()
            .prepare_cached("SELECT expires_at, session FROM key WHERE id = ?1")?
            .query_row([id.0.cast_signed()], |row| {
                Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?))
            })
            .optional()?;
        Ok(match row {
            Some((Some(time), _)) => Expiry::At(time.cast_unsigned()),
            Some((None, Some(session))) => Expiry::WithSession(session.cast_unsigned()),
            _ => Expiry::Never,
        })
    }

    /// The keys that have ended.
    pub(crate) fn expired(&self, why: ExpiredBy) -> Result<Vec<(Identity, StoredKey)>, StoreError> {
        let (condition, number) = match why {
            ExpiredBy::Session(number) => ("session = ?1", number.cast_signed()),
            ExpiredBy::AllSessions => ("session >= ?1", 0),
            ExpiredBy::Time => ("expires_at <= ?1", now().cast_signed()),
        };
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&format!(
            "SELECT auth_type, owner, id, provider, name FROM key WHERE {condition}"
        ))?;
        let rows = statement.query_map([number], |row| {
            Ok((
                row.get::<_, u8>(0)?,
                row.get(1)?,
                row.get::<_, i64>(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        })?;
        let mut keys = Vec::new();
        for row in rows {
            let (auth, owner, id, provider, name) = row?;
            let Some(owner) = owner_of(auth, owner) else {
                continue;
            };
            let key = StoredKey {
                id: key_id(id),
                provider,
                name,
                attributes: None,
            };
            keys.push((owner, key));
        }
        Ok(keys)
    }

    /// Gives a key another name, in one transaction: its material is bound to its name.
    pub(crate) fn rename(
        &self,
        owner: &Identity,
        provider: &str,
        old: &str,
        new: &str,
    ) -> Result<Rename, StoreError> {
        self.with_cipher(|cipher| self.rename_with(cipher, owner, provider, old, new))
    }

    fn rename_with(
        &self,
        cipher: &Cipher,
        owner: &Identity,
        provider: &str,
        old: &str,
        new: &str,
    ) -> Result<Rename, StoreError> {
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        rekey::refuse_old(&transaction, cipher)?;
        let Some(found) = find_row(&transaction, owner, provider, old, now())? else {
            return Ok(Rename::NoSuchKey);
        };
        let bound = |name| Row {
            owner,
            provider,
            name,
            attributes: &found.attributes,
        };
        let material = cipher.open(&bound(old), &found.sealed)?;
        let sealed = cipher.seal(&bound(new), &material)?;
        let renamed = transaction
            .prepare_cached("UPDATE key SET name = ?2, material = ?3 WHERE id = ?1")?
            .execute(params![found.id.0.cast_signed(), new, sealed]);
        match renamed {
            Ok(_) => transaction.commit()?,
            Err(error) if is_name_taken(&error) => return Ok(Rename::NameTaken),
            Err(error) => return Err(error.into()),
        }
        Ok(Rename::Renamed)
    }
}
