//! The master key: a file of its own, made once and never again.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use parsec_contracts::{Secret, Zeroizing};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use super::cipher::{Cipher, KEY_LENGTH};
use super::error::StoreError;
use super::files;
use super::location::{Location, Sealer};
use crate::files::{beside, create_private, folder_of, sync_folder};

/// Bytes that the file has at most.
const LONGEST: usize = 4096;
/// What a sealed key begins with.
const SEALED: &[u8] = b"parsec master key, sealed to a TPM\n";

/// Reads the master key and makes sure that it is the store's; a new store gets a new key. With a
/// sealer it is sealed, if it is not yet.
pub(super) fn open(location: &Location, store: &Connection) -> Result<Cipher, StoreError> {
    let file = &*location.master_key;
    if !location.is_credential {
        remove_draft(file)?;
        settle_next_alone(location, store)?;
    }
    if let Some(cipher) = look(location, store)? {
        seal_plain(location)?;
        return Ok(cipher);
    }
    let key = match load(location, file)? {
        Some(key) => {
            seal_plain(location)?;
            key
        }
        None if location.is_credential || holds_keys(store)? => return Err(missing(location)),
        None => make(file, location.sealer())?,
    };
    let cipher = Cipher::new(&key)?;
    store.execute(
        "INSERT INTO meta (name, value) VALUES ('check', ?1)",
        [cipher.check()],
    )?;
    Ok(cipher)
}

/// The cipher under the master key; `None` if the store is so new that it has none. Writes
/// nothing. While the key is being changed it may be the next one already.
pub(super) fn look(location: &Location, store: &Connection) -> Result<Option<Cipher>, StoreError> {
    let Some(check) = check_of(store)? else {
        return Ok(None);
    };
    let Some(key) = load(location, &location.master_key)? else {
        return Err(missing(location));
    };
    if let Some(cipher) = Cipher::of(&key, check.clone()) {
        return Ok(Some(cipher));
    }
    // The next one may take its place while we look.
    for file in [&next_of(&location.master_key), &location.master_key] {
        let key = load(location, file)?;
        if let Some(cipher) = key.and_then(|key| Cipher::of(&key, check.clone())) {
            return Ok(Some(cipher));
        }
    }
    Err(StoreError::MasterKeyWrong {
        path: location.master_key.clone(),
        store: location.store.clone(),
    })
}

/// What stands in the store to tell its master key from others.
pub(super) fn check_of(store: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(store
        .prepare_cached("SELECT value FROM meta WHERE name = 'check'")?
        .query_row([], |row| row.get(0))
        .optional()?)
}

/// Makes the key that is to be the next, beside the one that is.
pub(super) fn make_next(location: &Location) -> Result<Cipher, StoreError> {
    let key = make(&next_of(&location.master_key), location.sealer())?;
    Cipher::new(&key)
}

/// As [`settle_next`], while nobody else changes the key: whose commit is still to come has the next
/// key in that file alone.
pub(super) fn settle_next_alone(location: &Location, store: &Connection) -> Result<(), StoreError> {
    let alone = Transaction::new_unchecked(store, TransactionBehavior::Immediate)?;
    settle_next(location, &alone)?;
    Ok(alone.commit()?)
}

/// Ends a change of the key that was interrupted: the next key takes its place if it is the
/// store's, and goes if it is not. To be called within a transaction that writes.
pub(super) fn settle_next(location: &Location, store: &Connection) -> Result<(), StoreError> {
    let next = next_of(&location.master_key);
    remove_draft(&next)?;
    if next.symlink_metadata().is_err() {
        return Ok(());
    }
    let key = load(location, &next)?;
    let holds = match (key, check_of(store)?) {
        (Some(key), Some(check)) => Cipher::of(&key, check).is_some(),
        _ => false,
    };
    let settled = match holds {
        true => fs::rename(&next, &location.master_key),
        false => fs::remove_file(&next),
    };
    settled
        .and_then(|()| sync_folder(folder_of(&next)))
        .map_err(|error| StoreError::file("cannot settle the next master key", &next, error))
}

/// Where the next key lies while the key is being changed.
fn next_of(path: &Path) -> PathBuf {
    beside(path, ".next")
}

fn missing(location: &Location) -> StoreError {
    let path = location.master_key.clone();
    match location.is_credential {
        true => StoreError::CredentialMissing { path },
        false => StoreError::MasterKeyMissing {
            path,
            store: location.store.clone(),
        },
    }
}

/// The key that is in a file, unsealed if it must be.
fn load(location: &Location, file: &Path) -> Result<Option<MasterKey>, StoreError> {
    Ok(match read(location, file)? {
        Some(Found::Plain(key)) => Some(key),
        Some(Found::Sealed(bytes)) => Some(unsealed(file, location.sealer(), bytes)?),
        None => None,
    })
}

/// Seals a key that lies there in the clear, where it shall be sealed.
fn seal_plain(location: &Location) -> Result<(), StoreError> {
    let file = &*location.master_key;
    let (Some(sealer), Some(Found::Plain(key))) = (location.sealer(), read(location, file)?) else {
        return Ok(());
    };
    replace(file, &sealed(file, sealer, &key)?)?;
    tracing::info!("the master key was sealed to the TPM; destroy its copies");
    Ok(())
}

/// A master key whose store is gone is a store that was lost: an empty one in its place would
/// look as if all were well.
pub(super) fn refuse_a_lost_store(location: &Location) -> Result<(), StoreError> {
    let is_empty = fs::metadata(&location.store).is_ok_and(|found| found.len() == 0);
    if !is_empty || location.is_credential || !location.master_key.exists() {
        return Ok(());
    }
    Err(StoreError::Lost {
        path: location.store.clone(),
        master_key: location.master_key.clone(),
    })
}

fn holds_keys(store: &Connection) -> Result<bool, StoreError> {
    Ok(store.query_row("SELECT EXISTS (SELECT 1 FROM key)", [], |row| row.get(0))?)
}

type MasterKey = Zeroizing<[u8; KEY_LENGTH]>;

/// What is in the file.
enum Found {
    Plain(MasterKey),
    Sealed(Secret),
}

fn read(location: &Location, path: &Path) -> Result<Option<Found>, StoreError> {
    let fault = |error| StoreError::file("cannot read the master key", path, error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault(error)),
    };
    if !location.is_credential {
        files::refuse_exposed(path, files::mode(&file).map_err(fault)?)?;
        files::refuse_foreign(path, &file)?;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST));
    (&file)
        .take(LONGEST as u64)
        .read_to_end(&mut bytes)
        .map_err(fault)?;
    if let Some(sealed) = bytes.strip_prefix(SEALED) {
        return Ok(Some(Found::Sealed(Secret::from(sealed))));
    }
    match <[u8; KEY_LENGTH]>::try_from(&bytes[..]) {
        Ok(key) => Ok(Some(Found::Plain(Zeroizing::new(key)))),
        Err(_) => Err(StoreError::MasterKeyLength {
            path: path.to_owned(),
        }),
    }
}

fn sealed(path: &Path, sealer: &dyn Sealer, key: &MasterKey) -> Result<Vec<u8>, StoreError> {
    let sealed = sealer
        .seal(&Secret::from(&key[..]))
        .map_err(|error| StoreError::unsealable(path, &error))?;
    Ok([SEALED, sealed.expose()].concat())
}

fn unsealed(
    path: &Path,
    sealer: Option<&dyn Sealer>,
    bytes: Secret,
) -> Result<MasterKey, StoreError> {
    let sealer = sealer.ok_or_else(|| StoreError::MasterKeySealed {
        path: path.to_owned(),
    })?;
    let key = sealer
        .unseal(bytes)
        .map_err(|error| StoreError::unsealable(path, &error))?;
    <[u8; KEY_LENGTH]>::try_from(key.expose())
        .map(Zeroizing::new)
        .map_err(|_| StoreError::MasterKeyLength {
            path: path.to_owned(),
        })
}

/// Writes a new key beside its place and links it there: the place is never half written, and
/// never overwritten.
fn make(path: &Path, sealer: Option<&dyn Sealer>) -> Result<MasterKey, StoreError> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    getrandom::fill(&mut *key).map_err(|_| StoreError::Random)?;
    files::make_folder(folder_of(path))?;
    let bytes = match sealer {
        Some(sealer) => Zeroizing::new(sealed(path, sealer, &key)?),
        None => Zeroizing::new(key.to_vec()),
    };
    let link = |draft: &Path| {
        fs::hard_link(draft, path)?;
        fs::remove_file(draft)
    };
    write(path, &bytes, link)
        .map_err(|error| StoreError::file("cannot make the master key", path, error))?;
    Ok(key)
}

/// Writes what is in the key's place anew; the place is never half written.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    write(path, bytes, |draft| fs::rename(draft, path))
        .map_err(|error| StoreError::file("cannot replace the master key", path, error))
}

fn write(path: &Path, bytes: &[u8], put: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let draft = &draft_of(path);
    let mut file = create_private(draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    put(draft)?;
    sync_folder(folder_of(path))
}

/// Where a new key is written before it gets its name.
fn draft_of(path: &Path) -> PathBuf {
    beside(path, ".new")
}

/// Removes what a service that was killed while it made its key has left: a second name of the
/// key, or part of one that was never used.
fn remove_draft(path: &Path) -> Result<(), StoreError> {
    let draft = draft_of(path);
    // A folder that cannot be written to may hold the key, but then no draft of ours.
    if draft.symlink_metadata().is_err() {
        return Ok(());
    }
    fs::remove_file(draft)
        .map_err(|error| StoreError::file("cannot remove the draft of", path, error))
}
