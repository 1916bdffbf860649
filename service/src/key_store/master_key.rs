//! The master key: a file of its own, made once and never again.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use parsec_contracts::Zeroizing;
use rusqlite::{Connection, OptionalExtension as _};

use super::cipher::{Cipher, KEY_LENGTH};
use super::error::StoreError;
use super::files;

/// What the check value in the store says when it is opened.
const CHECK: &[u8] = b"parsec key store";

/// Reads the master key and makes sure that it is the store's; a new store gets a new key.
pub(super) fn open(
    file: &Path,
    store: &Connection,
    store_path: &Path,
) -> Result<Cipher, StoreError> {
    let check: Option<Vec<u8>> = store
        .query_row("SELECT value FROM meta WHERE name = 'check'", [], |row| {
            row.get(0)
        })
        .optional()?;
    remove_draft(file)
        .map_err(|error| StoreError::file("cannot remove the draft of", file, error))?;
    let key = match read(file)? {
        Some(key) => key,
        None if check.is_none() && !holds_keys(store)? => make(file)?,
        None => {
            return Err(StoreError::MasterKeyMissing {
                path: file.to_owned(),
                store: store_path.to_owned(),
            });
        }
    };
    let cipher = Cipher::new(&key);
    match check {
        None => {
            let sealed = cipher.seal_for(b"check", CHECK)?;
            store.execute(
                "INSERT INTO meta (name, value) VALUES ('check', ?1)",
                [sealed],
            )?;
        }
        Some(sealed) => {
            cipher
                .open_for(b"check", &sealed)
                .map_err(|_| StoreError::MasterKeyWrong {
                    path: file.to_owned(),
                    store: store_path.to_owned(),
                })?;
        }
    }
    Ok(cipher)
}

fn holds_keys(store: &Connection) -> Result<bool, StoreError> {
    Ok(store.query_row("SELECT EXISTS (SELECT 1 FROM key)", [], |row| row.get(0))?)
}

type MasterKey = Zeroizing<[u8; KEY_LENGTH]>;

fn read(path: &Path) -> Result<Option<MasterKey>, StoreError> {
    let fault = |error| StoreError::file("cannot read the master key", path, error);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault(error)),
    };
    files::refuse_exposed(path, files::mode(&file).map_err(fault)?)?;
    let length = file.metadata().map_err(fault)?.len();
    if length != KEY_LENGTH as u64 {
        return Err(StoreError::MasterKeyLength {
            path: path.to_owned(),
        });
    }
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    file.read_exact(&mut *key).map_err(fault)?;
    Ok(Some(key))
}

/// Writes a new key beside its place and links it there: the place is never half written, and
/// never overwritten.
fn make(path: &Path) -> Result<MasterKey, StoreError> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    getrandom::fill(&mut *key).map_err(|_| StoreError::Random)?;
    let folder = files::folder_of(path);
    files::make_folder(folder)?;
    write(path, folder, &key)
        .map_err(|error| StoreError::file("cannot make the master key", path, error))?;
    Ok(key)
}

fn write(path: &Path, folder: &Path, key: &MasterKey) -> io::Result<()> {
    let draft = &draft_of(path);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    file.write_all(&**key)?;
    file.sync_all()?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    fs::hard_link(draft, path)?;
    fs::remove_file(draft)?;
    files::sync_folder(folder)
}

/// Where a new key is written before it gets its name.
fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Removes what a service that was killed while it made its key has left: a second name of the
/// key, or part of one that was never used.
fn remove_draft(path: &Path) -> io::Result<()> {
    let draft = draft_of(path);
    // A folder that cannot be written to may hold the key, but then no draft of ours.
    if draft.symlink_metadata().is_err() {
        return Ok(());
    }
    fs::remove_file(draft)
}
