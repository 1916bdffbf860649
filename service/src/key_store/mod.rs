//! Keys at rest: one SQLite file, and the master key that encrypts what is in it.
//!
//! A key's name, attributes and material are one row, written in one transaction that is on disk
//! before the caller hears of it: an acknowledged key survives a power cut, and one that was not
//! acknowledged leaves nothing behind. Every look-up goes through the owner's identity.

mod care;
mod cipher;
mod clients;
mod devices;
mod digest;
mod error;
mod files;
mod intents;
mod journal;
mod lifetimes;
mod location;
mod log;
mod look;
mod master_key;
mod missing;
mod pages;
mod rekey;
mod restore;
mod row;
mod schema;
#[cfg(test)]
mod tests;
mod upgrade;
mod verify;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use parsec_contracts::types::KeyAttributes;
use parsec_contracts::{AuthType, Body as _};
use parsec_provider::{CreatedKey, KeyContext, KeyId};
use rusqlite::{Connection, OptionalExtension as _, Transaction, ffi, params};

use crate::identity::Identity;
use crate::sync::{lock, try_lock};
pub use care::StoreReport;
pub(crate) use care::{back_up, check, try_start};
use cipher::Cipher;
pub(crate) use devices::{DeviceKey, release};
pub(crate) use error::StoreError;
use files::Lock;
pub(crate) use files::make_folder;
pub(crate) use journal::DeviceJournal;
pub(crate) use lifetimes::ExpiredBy;
pub(crate) use location::{Location, Sealer};
pub(crate) use look::ReadOnlyJournal;
pub(crate) use pages::Wanted;
pub(crate) use rekey::rekey;
pub(crate) use restore::restore;
use row::{KeyRow, columns};

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
    /// The one with which the writing connection keeps the digest of all rows; set for each
    /// transaction.
    digest_cipher: Arc<ArcSwap<Cipher>>,
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
    /// With the session of that number, or at that time, whichever is first.
    WithSessionOrAt(u64, u64),
}

impl Expiry {
    /// Whether the time has come.
    pub(crate) fn is_over(self) -> bool {
        self.is_over_at(now())
    }

    fn is_over_at(self, now: u64) -> bool {
        self.time().is_some_and(|time| time <= now)
    }

    /// The time at which the key ends, if it ends at one.
    pub(crate) fn time(self) -> Option<u64> {
        match self {
            Self::At(time) | Self::WithSessionOrAt(_, time) => Some(time),
            Self::Never | Self::WithSession(_) => None,
        }
    }

    /// The session with which the key ends, if it ends with one.
    pub(crate) fn session(self) -> Option<u64> {
        match self {
            Self::WithSession(session) | Self::WithSessionOrAt(session, _) => Some(session),
            Self::Never | Self::At(_) => None,
        }
    }

    /// The expiry with these two ends.
    pub(crate) fn of(session: Option<u64>, time: Option<u64>) -> Self {
        match (session, time) {
            (None, None) => Self::Never,
            (None, Some(time)) => Self::At(time),
            (Some(session), None) => Self::WithSession(session),
            (Some(session), Some(time)) => Self::WithSessionOrAt(session, time),
        }
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

/// A key as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredKey {
    pub(crate) id: KeyId,
    pub(crate) provider: String,
    pub(crate) name: String,
    /// `None` if they cannot be read, or were not asked for.
    pub(crate) attributes: Option<KeyAttributes>,
}

impl KeyStore {
    /// Opens the store at its place, making it if there is none.
    pub(crate) fn open(location: Location) -> Result<Self, StoreError> {
        restore::finish_interrupted(&location)?;
        let path = &location.store;
        files::prepare(path)?;
        let lock = Lock::take(path)?;
        master_key::refuse_a_lost_store(&location)?;
        let mut writer = schema::open(path)?;
        let cipher = upgrade::open(&location, &mut writer)?;
        let digest_cipher = Arc::new(ArcSwap::from(Arc::clone(&cipher)));
        digest::keep(&writer, &digest_cipher)?;
        let readers = (0..READERS)
            .map(|_| schema::open_for_reading(path).map(Mutex::new))
            .collect::<Result<_, _>>()?;
        let store = Self {
            writer: Mutex::new(writer),
            readers,
            next_reader: AtomicUsize::new(0),
            cipher: ArcSwap::from(cipher),
            digest_cipher,
            location,
            _lock: lock,
        };
        store.resume()?;
        Ok(store)
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

    /// A row that does not open is an error even if its time seems to have come.
    fn find_alive(
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
            Ok((!row.expiry().is_over_at(now)).then_some(key))
        })
    }

    /// A key by its number, whatever it is called by now.
    pub(crate) fn load_numbered(&self, id: KeyId) -> Result<Option<KeyContext>, StoreError> {
        self.with_cipher(|cipher| {
            let row = numbered_row(&self.reader(), id)?;
            row.map(|row| row.open(cipher)).transpose()
        })
    }

    /// Whether the name is taken.
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
            if !row.expiry().is_over() {
                return Ok(true);
            }
            row.open(cipher).map(|_| false)
        })
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

    /// As [`KeyStore::insert`], for a copy of the key `source`; `None` if that has ended meanwhile.
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

    /// Removes a key; `false` if it was gone already. `object` is what it has on the device of a
    /// provider, which is to be removed after it.
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
            // One snapshot: the rows are sealed with the key of this check value.
            let snapshot = reader.unchecked_transaction()?;
            rekey::refuse_old(&snapshot, cipher)?;
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
                    Ok(_) if row.expiry().is_over_at(now) => {}
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

    /// A connection for reading that is free; if none is, the one whose turn it is.
    fn reader(&self) -> MutexGuard<'_, Connection> {
        let next = self.next_reader.fetch_add(1, Ordering::Relaxed);
        let (after, before) = self.readers.split_at(next % self.readers.len());
        let mut in_turn = before.iter().chain(after);
        in_turn
            .find_map(try_lock)
            .unwrap_or_else(|| lock(&self.readers[next % self.readers.len()]))
    }
}

/// The owner's key of that name with that provider.
fn find_row(
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

/// The key of that number.
fn numbered_row(store: &Connection, id: KeyId) -> Result<Option<KeyRow>, StoreError> {
    let found = store
        .prepare_cached(concat!("SELECT ", columns!(), " FROM key WHERE id = ?1"))?
        .query_row([id.0.cast_signed()], KeyRow::read)
        .optional()?;
    Ok(found)
}

/// The number of the next key, which no key has had before. The material is bound to it.
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
    row.sealed = cipher.seal(&row, &key.material)?;
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

/// The owner in a row; `None` for an authenticator that nobody knows any more.
fn owner_of(auth: u8, name: String) -> Option<Identity> {
    let auth = AuthType::from_number(auth)?;
    Some(Identity { auth, name })
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
