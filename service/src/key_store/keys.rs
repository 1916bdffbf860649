//! Keys: looking up, creating, removing and listing them.

use parsec_contracts::{AuthType, Body as _};
use parsec_provider::{CreatedKey, KeyContext, KeyId};
use rusqlite::{Connection, OptionalExtension as _, Transaction, ffi, params};

use super::cipher::Cipher;
use super::error::StoreError;
use super::row::{KeyRow, columns, is_alive};
use super::store::KeyStore;
use super::stored_key::{Expiry, Insert, StoredKey, now};
use super::{intents, master_key, missing};
use crate::identity::Identity;

impl KeyStore {
    /// Finds the owner's key of that name with that provider.
    pub(crate) fn find(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
    ) -> Result<Option<KeyContext>, StoreError> {
        self.find_unexpired(owner, provider, name, now())
    }

    /// As [`KeyStore::find`], even if the key has expired.
    pub(crate) fn load(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
    ) -> Result<Option<KeyContext>, StoreError> {
        self.find_unexpired(owner, provider, name, 0)
    }

    /// A row that does not open is an error even if it seems to have expired.
    fn find_unexpired(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
        now: u64,
    ) -> Result<Option<KeyContext>, StoreError> {
        self.with_cipher(|cipher| {
            let Some(row) = find_row(&self.reader(), owner, provider, name)? else {
                return Ok(None);
            };
            let key = row.open(cipher)?;
            Ok((!row.expiry().is_expired_at(now)).then_some(key))
        })
    }

    /// Finds a key by its number, which does not change with its name.
    pub(crate) fn load_numbered(&self, id: KeyId) -> Result<Option<KeyContext>, StoreError> {
        self.with_cipher(|cipher| {
            let row = numbered_row(&self.reader(), id)?;
            row.map(|row| row.open(cipher)).transpose()
        })
    }

    /// Whether the name is in use.
    pub(crate) fn exists(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
    ) -> Result<bool, StoreError> {
        self.with_cipher(|cipher| {
            let Some(row) = find_row(&self.reader(), owner, provider, name)? else {
                return Ok(false);
            };
            if !row.expiry().is_expired() {
                return Ok(true);
            }
            row.open(cipher).map(|_| false)
        })
    }

    /// Stores a new key; it is on disk when this returns. `object` is its object on a device.
    pub(crate) fn insert(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
        key: &CreatedKey,
        expiry: Expiry,
        object: Option<&[u8]>,
    ) -> Result<Insert, StoreError> {
        self.change(|transaction, cipher| {
            insert_row(
                transaction,
                cipher,
                owner,
                provider,
                name,
                key,
                expiry,
                object,
            )
        })
    }

    /// As [`KeyStore::insert`], for a copy of the key `source`; `None` if that was deleted meanwhile.
    #[allow(clippy::too_many_arguments, reason = "the columns of one row")]
    pub(crate) fn insert_copy(
        &self,
        source: KeyId,
        owner: &Identity,
        provider: &str,
        name: &str,
        key: &CreatedKey,
        expiry: Expiry,
        object: Option<&[u8]>,
    ) -> Result<Option<Insert>, StoreError> {
        self.change(|transaction, cipher| {
            if numbered_row(transaction, source)?.is_none() {
                return Ok(None);
            }
            insert_row(
                transaction,
                cipher,
                owner,
                provider,
                name,
                key,
                expiry,
                object,
            )
            .map(Some)
        })
    }

    /// Removes a key; `false` if it was gone already. `object` is its object on the provider's device,
    /// which is to be removed afterwards.
    pub(crate) fn remove(
        &self,
        id: KeyId,
        object: Option<(&str, &[u8])>,
    ) -> Result<bool, StoreError> {
        self.change(|transaction, _| {
            let removed = transaction
                .prepare_cached("DELETE FROM key WHERE id = ?1")?
                .execute([id.0.cast_signed()])?;
            missing::forget(transaction, id)?;
            if let (Some((provider, object)), 1..) = (object, removed) {
                intents::intend(transaction, provider, object, intents::Fate::Removing)?;
            }
            Ok(removed > 0)
        })
    }

    /// All keys of an owner, by provider and name.
    pub(crate) fn list(&self, owner: &Identity) -> Result<Vec<StoredKey>, StoreError> {
        self.with_cipher(|cipher| {
            let reader = self.reader();
            // A snapshot, because the rows are sealed with the key of this check value.
            let snapshot = reader.unchecked_transaction()?;
            master_key::refuse_outdated_key(&snapshot, cipher)?;
            let mut statement = snapshot.prepare_cached(concat!(
                "SELECT ",
                columns!(),
                " FROM key WHERE auth_type = ?1 AND owner = ?2 ORDER BY provider, name",
            ))?;
            let owned = params![owner.auth.number(), owner.name];
            let rows = statement.query_map(owned, KeyRow::read)?;
            let now = now();
            let mut listed = Vec::new();
            for row in rows {
                let row = row?;
                match row.open(cipher) {
                    Ok(_) if row.expiry().is_expired_at(now) => {}
                    Ok(key) => listed.push(row.listed(Some(key.attributes))),
                    Err(error) => {
                        tracing::error!(key = row.id, %error, "a key cannot be read");
                        listed.push(row.listed(None));
                    }
                }
            }
            Ok(listed)
        })
    }

    /// The names of all owners that an authenticator identifies, sorted.
    pub(crate) fn owners(&self, auth: AuthType) -> Result<Vec<String>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(concat!(
            "SELECT DISTINCT owner FROM key WHERE auth_type = ?1 AND ",
            is_alive!(2),
            " ORDER BY owner",
        ))?;
        let living = params![auth.number(), now().cast_signed()];
        let names = statement.query_map(living, |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// The number of keys of each provider.
    pub(crate) fn counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached("SELECT provider, count(*) FROM key GROUP BY provider")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Finds the owner's key of that name with that provider.
pub(super) fn find_row(
    store: &Connection,
    owner: &Identity,
    provider: &str,
    name: &str,
) -> Result<Option<KeyRow>, StoreError> {
    let found = store
        .prepare_cached(concat!(
            "SELECT ",
            columns!(),
            " FROM key WHERE auth_type = ?1 AND owner = ?2 AND provider = ?3 AND name = ?4",
        ))?
        .query_row(
            params![owner.auth.number(), owner.name, provider, name],
            KeyRow::read,
        )
        .optional()?;
    Ok(found)
}

/// Finds the key of that number.
pub(super) fn numbered_row(store: &Connection, id: KeyId) -> Result<Option<KeyRow>, StoreError> {
    let found = store
        .prepare_cached(concat!("SELECT ", columns!(), " FROM key WHERE id = ?1"))?
        .query_row([id.0.cast_signed()], KeyRow::read)
        .optional()?;
    Ok(found)
}

/// The number of the next key, never used before. The material is bound to it.
fn next_id(transaction: &Transaction<'_>) -> Result<i64, StoreError> {
    Ok(transaction
        .prepare_cached(
            "SELECT 1 + max(
                 ifnull((SELECT max(id) FROM key), 0),
                 ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'key'), 0))",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Inserts a key's row.
#[allow(clippy::too_many_arguments, reason = "the columns of one row")]
fn insert_row(
    transaction: &Transaction<'_>,
    cipher: &Cipher,
    owner: &Identity,
    provider: &str,
    name: &str,
    key: &CreatedKey,
    expiry: Expiry,
    object: Option<&[u8]>,
) -> Result<Insert, StoreError> {
    let mut row = KeyRow {
        id: next_id(transaction)?,
        auth: owner.auth.number(),
        owner: owner.name.clone(),
        provider: provider.to_owned(),
        name: name.to_owned(),
        attributes: key.attributes.encode().to_vec(),
        created_at: now().cast_signed(),
        ..KeyRow::default()
    };
    row.set_expiry(expiry);
    row.sealed = row.seal(cipher, &key.material)?;
    match row.insert(transaction) {
        Ok(_) => {}
        Err(error) if is_name_taken(&error) => return Ok(Insert::NameTaken),
        Err(error) => return Err(error.into()),
    }
    if let Some(object) = object {
        intents::settle(transaction, provider, object)?;
    }
    Ok(Insert::Inserted(row.key_id()))
}

pub(super) fn is_name_taken(error: &rusqlite::Error) -> bool {
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE)
}
