//! Key counts per application, and disabled applications.

use std::collections::HashSet;

use rusqlite::params;

use super::error::StoreError;
use super::row::is_alive;
use super::store::KeyStore;
use super::stored_key::{now, owner_of};
use crate::identity::Identity;

impl KeyStore {
    /// The number of keys of an application.
    pub(crate) fn count(&self, owner: &Identity) -> Result<u64, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(concat!(
            "SELECT count(*) FROM key WHERE auth_type = ?1 AND owner = ?2 AND ",
            is_alive!(3)
        ))?;
        let owned = params![owner.auth.number(), owner.name, now().cast_signed()];
        let count: i64 = statement.query_row(owned, |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// The number of keys.
    pub(crate) fn count_all(&self) -> Result<u64, StoreError> {
        let count: i64 = self
            .reader()
            .prepare_cached(concat!("SELECT count(*) FROM key WHERE ", is_alive!(1)))?
            .query_row([now().cast_signed()], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// The number of keys of each application that has any.
    pub(crate) fn counts_of_clients(&self) -> Result<Vec<(Identity, u64)>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(concat!(
            "SELECT auth_type, owner, count(*) FROM key WHERE ",
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

    /// The disabled applications.
    pub(crate) fn disabled(&self) -> Result<HashSet<Identity>, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached("SELECT auth_type, owner FROM disabled_client")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, u8>(0)?, row.get(1)?)))?;
        let mut disabled = HashSet::new();
        for row in rows {
            let (auth, name) = row?;
            disabled.extend(owner_of(auth, name));
        }
        Ok(disabled)
    }

    /// Records that an application is disabled or enabled.
    pub(crate) fn set_disabled(
        &self,
        client: &Identity,
        is_disabled: bool,
    ) -> Result<(), StoreError> {
        let statement = if is_disabled {
            "INSERT OR IGNORE INTO disabled_client (auth_type, owner) VALUES (?1, ?2)"
        } else {
            "DELETE FROM disabled_client WHERE auth_type = ?1 AND owner = ?2"
        };
        self.change(|transaction, _| {
            transaction
                .prepare_cached(statement)?
                .execute(params![client.auth.number(), client.name])?;
            Ok(())
        })
    }
}
