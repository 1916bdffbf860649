//! The master key: a separate file, created once.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::registration::Sealer;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use super::cipher::{Cipher, KEY_LENGTH};
use super::digest::Digest;
use super::error::StoreError;
use super::location::Location;
use super::{files, verify};
use crate::files::{beside, check_writable, create_private, folder_of, sync_folder};

/// The maximum length of the file.
const LONGEST: usize = 4096;
/// The header of a sealed key.
const SEALED: &[u8] = b"parsec master key, sealed to a TPM\n";

/// Reads the master key and checks that it is the store's; creates one for a new store. With a
/// sealer, a key that is not sealed yet is sealed.
pub(super) fn open(location: &Location, store: &Connection) -> Result<Cipher, StoreError> {
    let file = &*location.master_key;
    if !location.is_credential {
        remove_draft(file)?;
        settle(location, store)?;
    }
    if let Some(cipher) = look(location, store)? {
        seal_as_configured(location)?;
        return Ok(cipher);
    }
    let key = match load(location, file)? {
        Some(key) => {
            seal_as_configured(location)?;
            key
        }
        None if location.is_credential || verify::has_rows(store)? => {
            return Err(missing(location));
        }
        None => make(file, location.sealer())?,
    };
    let cipher = Cipher::new(&key)?;
    begin(location, store, &cipher)?;
    Ok(cipher)
}

/// Writes the check value of the master key and the digest of no rows into a new store.
fn begin(location: &Location, store: &Connection, cipher: &Cipher) -> Result<(), StoreError> {
    let transaction = Transaction::new_unchecked(store, TransactionBehavior::Immediate)?;
    if verify::has_rows(&transaction)? {
        let verdict = "the check value of its master key is missing";
        return Err(StoreError::damaged(&location.store, verdict));
    }
    transaction.execute(
        "INSERT INTO meta (name, value) VALUES ('check', ?1)",
        [cipher.check()],
    )?;
    Digest::default().store(&transaction, cipher)?;
    Ok(transaction.commit()?)
}

/// The cipher for the store's master key; `None` if the store is new and has none. Writes nothing.
/// While the key is being changed, it may already be the next one.
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
    // One of the next keys may replace it during this search.
    let mut files = candidates(&location.master_key)?;
    files.push(location.master_key.clone());
    for file in files {
        let key = load(location, &file)?;
        if let Some(cipher) = key.and_then(|key| Cipher::of(&key, check.clone())) {
            return Ok(Some(cipher));
        }
    }
    Err(StoreError::MasterKeyWrong {
        path: location.master_key.clone(),
        store: location.store.clone(),
    })
}

/// The check value in the store.
pub(super) fn check_of(store: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(store
        .prepare_cached("SELECT value FROM meta WHERE name = 'check'")?
        .query_row([], |row| row.get(0))
        .optional()?)
}

/// Creates the next key in a file beside the current one. Called within the transaction that seals
/// the store with it.
pub(super) fn make_next(location: &Location) -> Result<Cipher, StoreError> {
    let mut number = [0; 8];
    getrandom::fill(&mut number).map_err(|_| StoreError::Random)?;
    let suffix = format!("{NEXT}-{:016x}", u64::from_le_bytes(number));
    let key = make(&beside(&location.master_key, &suffix), location.sealer())?;
    Cipher::new(&key)
}

/// Completes changes of the key, interrupted ones included: the store's key takes its final name, and
/// the other candidates are removed.
///
/// A change that was killed while it committed may have left a commit in the write-ahead log that
/// is invisible until the next recovery, so its key must be kept as long as that log. A checkpoint
/// that truncates the log waits for every writer, and each key is created within a writer's
/// transaction: the candidates that existed before such a checkpoint belong to a change that has
/// ended, and its commit, if any, is in the store's file, synced. If the checkpoint cannot
/// complete, everything stays until the next start or change.
pub(super) fn settle(location: &Location, store: &Connection) -> Result<(), StoreError> {
    let ended = candidates(&location.master_key)?;
    let drafts = drafts(&location.master_key)?;
    if (ended.is_empty() && drafts.is_empty()) || !truncate_log(store)? {
        return Ok(());
    }
    // No change commits and none is completed until this ends.
    let exclusive = Transaction::new_unchecked(store, TransactionBehavior::Immediate)?;
    let place = &location.master_key;
    let opens = |file: &Path| opens(location, file, &exclusive);
    let settled = |result: io::Result<()>, file: &Path| {
        result.map_err(|error| StoreError::file("cannot settle the next master key", file, error))
    };
    if !opens(place)? {
        let mut found = None;
        for file in &ended {
            if opens(file)? {
                found = Some(file);
                break;
            }
        }
        // None of these keys opens the store, so none is removed.
        let Some(next) = found else {
            return Ok(exclusive.commit()?);
        };
        let put = fs::rename(next, place).and_then(|()| sync_folder(folder_of(place)));
        settled(put, next)?;
    }
    for file in ended.iter().chain(&drafts) {
        match fs::remove_file(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => settled(removed, file)?,
        }
    }
    settled(sync_folder(folder_of(place)), place)?;
    Ok(exclusive.commit()?)
}

/// Whether the key in a file is the store's.
pub(super) fn opens(
    location: &Location,
    file: &Path,
    store: &Connection,
) -> Result<bool, StoreError> {
    Ok(match (load(location, file)?, check_of(store)?) {
        (Some(key), Some(check)) => Cipher::of(&key, check).is_some(),
        _ => false,
    })
}

/// Moves the whole write-ahead log into the store's file and empties it; `false` if other connections
/// keep it busy for longer than the time-out.
fn truncate_log(store: &Connection) -> Result<bool, StoreError> {
    let busy: i64 = store.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// The suffix of files with candidates for the next key.
const NEXT: &str = ".next";

/// The files with candidates for the next key.
pub(super) fn candidates(place: &Path) -> Result<Vec<PathBuf>, StoreError> {
    Ok(next_files(place)?
        .into_iter()
        .filter(|path| !is_draft(path))
        .collect())
}

/// Incomplete candidate files.
fn drafts(place: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let files = next_files(place)?.into_iter();
    Ok(files.filter(|path| is_draft(path)).collect())
}

fn is_draft(path: &Path) -> bool {
    path.as_os_str()
        .as_encoded_bytes()
        .ends_with(DRAFT.as_bytes())
}

fn next_files(place: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let fault = |error| StoreError::file("cannot look for the next master key of", place, error);
    let prefix = beside(place, NEXT);
    let prefix = prefix.as_os_str().as_encoded_bytes();
    let entries = match fs::read_dir(folder_of(place)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(fault)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = folder_of(place).join(entry.map_err(fault)?.file_name());
        if path.as_os_str().as_encoded_bytes().starts_with(prefix) {
            found.push(path);
        }
    }
    Ok(found)
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

/// Loads the key from a file, and unseals it if it is sealed.
fn load(location: &Location, file: &Path) -> Result<Option<MasterKey>, StoreError> {
    Ok(match read(location, file)? {
        Some(Found::Plain(key)) => Some(key),
        Some(Found::Sealed(bytes)) => Some(unsealed(file, location.sealer(), bytes)?),
        None => None,
    })
}

/// Seals a key that is in plaintext, or is sealed to another machine state, as the configuration
/// says.
fn seal_as_configured(location: &Location) -> Result<(), StoreError> {
    let file = &*location.master_key;
    let Some(sealer) = location.sealer() else {
        return Ok(());
    };
    let key = match read(location, file)? {
        Some(Found::Plain(key)) => key,
        Some(Found::Sealed(bytes)) if !sealer.is_sealed_as_configured(&bytes) => {
            unsealed(file, Some(sealer), bytes)?
        }
        _ => return Ok(()),
    };
    replace(file, &sealed(file, sealer, &key)?)?;
    tracing::info!("the master key was sealed to the TPM; destroy its copies");
    Ok(())
}

/// Whether a new store could get a master key: the credential opens, or a file can be created.
pub(super) fn check_creatable(location: &Location) -> Result<(), StoreError> {
    refuse_lost_store(location)?;
    let file = &location.master_key;
    if location.is_credential {
        return match load(location, file)? {
            Some(_) => Ok(()),
            None => Err(missing(location)),
        };
    }
    check_writable(file).map_err(|why| StoreError::NotWritable {
        path: file.clone(),
        why,
    })
}

/// Refuses to start if the master key exists and its store does not: the store was lost, and an empty
/// new store would hide that.
pub(super) fn refuse_lost_store(location: &Location) -> Result<(), StoreError> {
    let is_empty = fs::metadata(&location.store).map_or(true, |found| found.len() == 0);
    if !is_empty || location.is_credential || !location.master_key.exists() {
        return Ok(());
    }
    Err(StoreError::Lost {
        path: location.store.clone(),
        master_key: location.master_key.clone(),
    })
}

type MasterKey = Zeroizing<[u8; KEY_LENGTH]>;

/// The content of the file.
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

/// Writes a new key to a draft and links it to its final name, so that the file is never incomplete
/// and never overwritten.
fn make(path: &Path, sealer: Option<&dyn Sealer>) -> Result<MasterKey, StoreError> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    getrandom::fill(&mut *key).map_err(|_| StoreError::Random)?;
    files::create_folder(folder_of(path))?;
    let bytes = match sealer {
        Some(sealer) => Zeroizing::new(sealed(path, sealer, &key)?),
        None => Zeroizing::new(key.to_vec()),
    };
    let link = |draft: &Path| {
        fs::hard_link(draft, path)?;
        fs::remove_file(draft)
    };
    write(path, &bytes, link)
        .map_err(|error| StoreError::file("cannot create the master key", path, error))?;
    Ok(key)
}

/// Replaces the content of the key's file; the file is never incomplete.
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

/// The draft in which a new key is written before it gets its final name.
fn draft_of(path: &Path) -> PathBuf {
    beside(path, DRAFT)
}

const DRAFT: &str = ".new";

/// Removes the draft that a killed service has left: a second link to the key, or part of a key that
/// was never used.
fn remove_draft(path: &Path) -> Result<(), StoreError> {
    let draft = draft_of(path);
    // A read-only folder may hold the key, but then it holds no draft.
    if draft.symlink_metadata().is_err() {
        return Ok(());
    }
    fs::remove_file(draft)
        .map_err(|error| StoreError::file("cannot remove the draft of", path, error))
}

/// Refuses a cipher whose key is no longer the store's. Called within a transaction.
pub(super) fn refuse_outdated_key(store: &Connection, cipher: &Cipher) -> Result<(), StoreError> {
    match check_of(store)?.as_deref() == Some(cipher.check()) {
        true => Ok(()),
        false => Err(StoreError::Rekeyed),
    }
}
