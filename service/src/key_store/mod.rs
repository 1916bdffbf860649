//! Keys at rest: one SQLite file, and the master key that encrypts what is in it.
//!
//! A key's name, attributes and material are one row, written in one transaction that is on disk
//! before the caller hears of it: an acknowledged key survives a power cut, and one that was not
//! acknowledged leaves nothing behind. Every look-up goes through the owner's identity.

mod care;
mod cipher;
mod clients;
mod error;
mod files;
mod intents;
mod lifetimes;
mod location;
mod master_key;
mod rekey;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use parsec_contracts::types::KeyAttributes;
use parsec_contracts::{AuthType, Body as _};
use parsec_provider::{CreatedKey, KeyContext, KeyId};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, ffi, params};

use crate::identity::Identity;
use crate::sync::lock;
pub use care::StoreReport;
pub(crate) use care::{back_up, check, restore, try_start};
use cipher::{Cipher, Row};
pub(crate) use error::StoreError;
use files::Lock;
pub(crate) use files::make_folder;
pub(crate) use intents::{Intents, Orphans};
pub(crate) use lifetimes::ExpiredBy;
pub(crate) use location::{Location, Sealer};
pub(crate) use rekey::rekey;

/// The condition that a key's time has not come by the one that is that parameter.
macro_rules! is_alive {
    ($now:literal) => {
        concat!("ifnull(expires_at > ?", $now, ", TRUE)")
    };
}
use is_alive;

/// Connections for reading: look-ups do not wait for a key that is being written.
const READERS: usize = 4;

/// The key store.
pub(crate) struct KeyStore {
    writer: Mutex<Connection>,
    readers: Vec<Mutex<Connection>>,
    next_reader: AtomicUsize,
    /// Under the master key, which may be changed while the store is open.
    cipher: ArcSwap<Cipher>,
    location: Location,
    /// Kept for as long as the store is open.
    _lock: Lock,
}

/// When a key ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// Never.
    Never,
    /// With the session of that number, or the service.
    WithSession(u64),
    /// At that time, in seconds since 1970.
    At(u64),
}

impl Expiry {
    /// Whether the time has come.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::At(time) if time <= now())
    }
}

/// What became of a new name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rename {
    /// It is on disk.
    Renamed,
    /// There is no key of the old name.
    NoSuchKey,
    /// The owner has a key of the new name with this provider.
    NameTaken,
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// What became of a new key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Insert {
    /// It is on disk, under this number.
    Inserted(KeyId),
    /// The owner has a key of this name with this provider.
    NameTaken,
}

/// A key as it is listed. Its attributes are not checked against the encrypted material here;
/// whatever uses the key does that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredKey {
    pub(crate) id: KeyId,
    pub(crate) provider: String,
    pub(crate) name: String,
    /// `None` if they cannot be read.
    pub(crate) attributes: Option<KeyAttributes>,
}

impl KeyStore {
    /// Opens the store at its place, making it if there is none.
    pub(crate) fn open(location: Location) -> Result<Self, StoreError> {
        let path = &location.store;
        files::prepare(path)?;
        let lock = Lock::take(path)?;
        master_key::refuse_a_lost_store(&location)?;
        let writer = schema::open(path)?;
        let cipher = master_key::open(&location, &writer)?;
        let readers = (0..READERS)
            .map(|_| schema::open_for_reading(path).map(Mutex::new))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            writer: Mutex::new(writer),
            readers,
            next_reader: AtomicUsize::new(0),
            cipher: ArcSwap::from_pointee(cipher),
            location,
            _lock: lock,
        })
    }

    /// The owner's key of that name with that provider.
    pub(crate) fn find(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
    ) -> Result<Option<KeyContext>, StoreError> {
        self.find_alive(owner, provider, name, now())
    }

    /// As [`KeyStore::find`], even if the key's time has come.
    pub(crate) fn load(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
    ) -> Result<Option<KeyContext>, StoreError> {
        self.find_alive(owner, provider, name, 0)
    }

    fn find_alive(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
        now: u64,
    ) -> Result<Option<KeyContext>, StoreError> {
        self.with_cipher(|cipher| self.find_with(cipher, owner, provider, name, now))
    }

    fn find_with(
        &self,
        cipher: &Cipher,
        owner: &Identity,
        provider: &str,
        name: &str,
        now: u64,
    ) -> Result<Option<KeyContext>, StoreError> {
        let Some(found) = find_row(&self.reader(), owner, provider, name, now)? else {
            return Ok(None);
        };
        let bound = Row {
            owner,
            provider,
            name,
            attributes: &found.attributes,
        };
        opened(cipher, found.id, &bound, &found.sealed).map(Some)
    }

    /// A key by its number, whatever it is called by now.
    pub(crate) fn load_numbered(&self, id: KeyId) -> Result<Option<KeyContext>, StoreError> {
        self.with_cipher(|cipher| {
            let row = self
                .reader()
                .prepare_cached(
                    "SELECT auth_type, owner, provider, name, attributes, material FROM key
                     WHERE id = ?1",
                )?
                .query_row([id.0.cast_signed()], |row| {
                    Ok((
                        row.get::<_, u8>(0)?,
                        row.get(1)?,
                        row.get::<_, String>(2)?,
                        row.get::<_, String>(3)?,
                        row.get::<_, Vec<u8>>(4)?,
                        row.get::<_, Vec<u8>>(5)?,
                    ))
                })
                .optional()?;
            let Some((auth, owner, provider, name, attributes, sealed)) = row else {
                return Ok(None);
            };
            let Some(owner) = owner_of(auth, owner) else {
                return Ok(None);
            };
            let bound = Row {
                owner: &owner,
                provider: &provider,
                name: &name,
                attributes: &attributes,
            };
            opened(cipher, id, &bound, &sealed).map(Some)
        })
    }

    /// Whether the name is taken.
    pub(crate) fn exists(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
    ) -> Result<bool, StoreError> {
        Ok(self
            .reader()
            .prepare_cached(concat!(
                "SELECT 1 FROM key
                 WHERE auth_type = ?1 AND owner = ?2 AND provider = ?3 AND name = ?4 AND ",
                is_alive!(5)
            ))?
            .exists(params![
                owner.auth.number(),
                owner.name,
                provider,
                name,
                now().cast_signed()
            ])?)
    }

    /// Stores a new key; when this returns, it is on disk. `object` is what it has on a device.
    pub(crate) fn insert(
        &self,
        owner: &Identity,
        provider: &str,
        name: &str,
        key: &CreatedKey,
        expiry: Expiry,
        object: Option<&[u8]>,
    ) -> Result<Insert, StoreError> {
        self.with_cipher(|cipher| {
            self.insert_with(cipher, owner, provider, name, key, expiry, object)
        })
    }

    #[allow(clippy::too_many_arguments, reason = "the columns of one row")]
    fn insert_with(
        &self,
        cipher: &Cipher,
        owner: &Identity,
        provider: &str,
        name: &str,
        key: &CreatedKey,
        expiry: Expiry,
        object: Option<&[u8]>,
    ) -> Result<Insert, StoreError> {
        let attributes = key.attributes.encode();
        let bound = Row {
            owner,
            provider,
            name,
            attributes: &attributes,
        };
        let sealed = cipher.seal(&bound, &key.material)?;
        let (expires_at, session) = match expiry {
            Expiry::Never => (None, None),
            Expiry::WithSession(number) => (None, Some(number.cast_signed())),
            Expiry::At(time) => (Some(i64::try_from(time).unwrap_or(i64::MAX)), None),
        };
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        rekey::refuse_old(&transaction, cipher)?;
        let inserted = transaction
            .prepare_cached(
                "INSERT INTO key
                     (auth_type, owner, provider, name, attributes, material, expires_at, session)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .insert(params![
                owner.auth.number(),
                owner.name,
                provider,
                name,
                *attributes,
                sealed,
                expires_at,
                session
            ]);
        let id = match inserted {
            Ok(id) => id,
            Err(error) if is_name_taken(&error) => return Ok(Insert::NameTaken),
            Err(error) => return Err(error.into()),
        };
        if let Some(object) = object {
            intents::settle(&transaction, provider, object)?;
        }
        transaction.commit()?;
        Ok(Insert::Inserted(key_id(id)))
    }

    /// Removes a key; `false` if it was gone already. `object` is what it has on the device of a
    /// provider, which is to be removed after it.
    pub(crate) fn remove(
        &self,
        id: KeyId,
        object: Option<(&str, &[u8])>,
    ) -> Result<bool, StoreError> {
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let removed = transaction
            .prepare_cached("DELETE FROM key WHERE id = ?1")?
            .execute([id.0.cast_signed()])?;
        if let (Some((provider, object)), 1..) = (object, removed) {
            intents::intend(&transaction, provider, object, true)?;
        }
        transaction.commit()?;
        Ok(removed > 0)
    }

    /// All keys of an owner, by provider and name.
    pub(crate) fn list(&self, owner: &Identity) -> Result<Vec<StoredKey>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(concat!(
            "SELECT id, provider, name, attributes FROM key
             WHERE auth_type = ?1 AND owner = ?2 AND ",
            is_alive!(3),
            " ORDER BY provider, name",
        ))?;
        let owned = params![owner.auth.number(), owner.name, now().cast_signed()];
        let rows = statement.query_map(owned, |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get::<_, Vec<u8>>(3)?,
            ))
        })?;
        rows.map(|row| {
            let (id, provider, name, attributes) = row?;
            let attributes = KeyAttributes::decode(&attributes).ok();
            if attributes.is_none() {
                tracing::error!(id, "a key's attributes cannot be read; it is not listed");
            }
            Ok(StoredKey {
                id: key_id(id),
                provider,
                name,
                attributes,
            })
        })
        .collect()
    }

    /// The names of all owners that an authenticator vouches for, sorted.
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

    /// How many keys each provider has.
    pub(crate) fn counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached("SELECT provider, count(*) FROM key GROUP BY provider")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        let next = self.next_reader.fetch_add(1, Ordering::Relaxed);
        lock(&self.readers[next % self.readers.len()])
    }
}

/// A key as it lies there.
struct SealedKey {
    id: KeyId,
    attributes: Vec<u8>,
    sealed: Vec<u8>,
}

/// The owner's key of that name with that provider, unless its time has come by `now`.
fn find_row(
    store: &Connection,
    owner: &Identity,
    provider: &str,
    name: &str,
    now: u64,
) -> Result<Option<SealedKey>, StoreError> {
    let found = store
        .prepare_cached(concat!(
            "SELECT id, attributes, material FROM key
             WHERE auth_type = ?1 AND owner = ?2 AND provider = ?3 AND name = ?4 AND ",
            is_alive!(5)
        ))?
        .query_row(
            params![
                owner.auth.number(),
                owner.name,
                provider,
                name,
                now.cast_signed()
            ],
            |row| {
                Ok(SealedKey {
                    id: key_id(row.get(0)?),
                    attributes: row.get(1)?,
                    sealed: row.get(2)?,
                })
            },
        )
        .optional()?;
    Ok(found)
}

/// The owner in a row; `None` for an authenticator that nobody knows any more.
fn owner_of(auth: u8, name: String) -> Option<Identity> {
    let auth = AuthType::from_number(auth)?;
    Some(Identity { auth, name })
}

/// The key in a row.
fn opened(
    cipher: &Cipher,
    id: KeyId,
    bound: &Row<'_>,
    sealed: &[u8],
) -> Result<KeyContext, StoreError> {
    let material = cipher.open(bound, sealed)?;
    let attributes = KeyAttributes::decode(bound.attributes).map_err(|_| StoreError::Attributes)?;
    Ok(KeyContext {
        id,
        attributes,
        material,
    })
}

fn is_name_taken(error: &rusqlite::Error) -> bool {
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE)
}

/// SQLite numbers rows from 1 up, in 63 bits.
fn key_id(row: i64) -> KeyId {
    KeyId(row.cast_unsigned())
}
