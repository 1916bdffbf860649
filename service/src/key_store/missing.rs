//! Keys whose object is missing from their device.

use parsec_provider::KeyId;
use rusqlite::{Connection, params};

use super::error::StoreError;
use super::row::is_alive;
use super::store::KeyStore;
use super::stored_key::{StoredKey, key_id, now, owner_of};
use crate::identity::Identity;

/// A key that is missing from its device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MissingKey {
    pub(crate) owner: Identity,
    pub(crate) key: StoredKey,
    /// When it was found missing, in seconds since 1970.
    pub(crate) since: u64,
}

/// Removes the mark of a key that was found again or removed.
pub(super) fn forget(connection: &Connection, id: KeyId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM missing_key WHERE id = ?1")?
        .execute([id.0.cast_signed()])?;
    Ok(())
}

impl KeyStore {
    /// Marks a key as missing; `false` if the key does not exist.
    pub(crate) fn mark_missing(&self, id: KeyId) -> Result<bool, StoreError> {
        self.change(|transaction, _| {
            let marked = transaction
                .prepare_cached(
                    "INSERT OR IGNORE INTO missing_key (id) SELECT id FROM key WHERE id = ?1",
                )?
                .execute([id.0.cast_signed()])?;
            Ok(marked > 0)
        })
    }

    /// Marks a key as found again.
    pub(crate) fn mark_found(&self, id: KeyId) -> Result<(), StoreError> {
        self.change(|transaction, _| forget(transaction, id))
    }

    /// The numbers of the keys of a provider that are missing.
    pub(crate) fn missing_of_provider(&self, provider: &str) -> Result<Vec<KeyId>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT key.id FROM missing_key JOIN key USING (id) WHERE key.provider = ?1",
        )?;
        let ids = statement.query_map([provider], |row| Ok(key_id(row.get(0)?)))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Whether the key is missing.
    pub(crate) fn is_missing(&self, id: KeyId) -> Result<bool, StoreError> {
        Ok(self
            .reader()
            .prepare_cached("SELECT 1 FROM missing_key WHERE id = ?1")?
            .exists([id.0.cast_signed()])?)
    }

    /// The missing keys with a number above `after`, of all owners or of one, at most `limit` of them.
    pub(crate) fn missing(
        &self,
        owner: Option<&Identity>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<MissingKey>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(concat!(
            "SELECT key.id, auth_type, owner, provider, name, since
             FROM missing_key JOIN key USING (id)
             WHERE (?2 IS NULL OR (auth_type = ?2 AND owner = ?3)) AND key.id > ?4 AND ",
            is_alive!(1),
            " ORDER BY key.id LIMIT ?5",
        ))?;
        let rows = statement.query_map(
            params![
                now().cast_signed(),
                owner.map(|owner| owner.auth.number()),
                owner.map(|owner| &owner.name),
                after.cast_signed(),
                limit
            ],
            |row| {
                Ok((
                    row.get(0)?,
                    row.get::<_, u8>(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get::<_, i64>(5)?,
                ))
            },
        )?;
        let mut missing = Vec::new();
        for row in rows {
            let (id, auth, name, provider, key_name, since) = row?;
            let Some(owner) = owner_of(auth, name) else {
                continue;
            };
            missing.push(MissingKey {
                owner,
                key: StoredKey {
                    id: key_id(id),
                    provider,
                    name: key_name,
                    attributes: None,
                },
                since: since.cast_unsigned(),
            });
        }
        Ok(missing)
    }

    /// The number of missing keys of each application that has any.
    pub(crate) fn missing_of_clients(&self) -> Result<Vec<(Identity, u64)>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(concat!(
            "SELECT auth_type, owner, count(*) FROM missing_key JOIN key USING (id) WHERE ",
            is_alive!(1),
            " GROUP BY auth_type, owner",
        ))?;
        let rows = statement.query_map([now().cast_signed()], |row| {
            Ok((row.get::<_, u8>(0)?, row.get(1)?, row.get::<_, i64>(2)?))
        })?;
        let mut counts = Vec::new();
        for row in rows {
            let (auth, name, count) = row?;
            if let Some(owner) = owner_of(auth, name) {
                counts.push((owner, count.cast_unsigned()));
            }
        }
        Ok(counts)
    }
}
