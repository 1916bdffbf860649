//! Replacing a store by a copy. If this is interrupted, the result is the old store or the copy, and
//! never an empty store.
//!
//! First the copies are written under temporary names. Then they are renamed to names that mark them
//! as complete, the store's last: with that rename the restoration is committed, and the next process
//! that opens the store finishes it. In the last step the copy replaces the store, so the store keeps
//! its old name while any step remains.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::files::{self, Lock};
use super::location::Location;
use super::master_key;
use super::stored_key::now;
use crate::files::{beside, folder_of, sync_folder};

/// Suffix of a copy that may be incomplete.
const COPYING: &str = ".copying";
/// Suffix of a complete copy, followed by the suffix under which the old file is kept.
const RESTORING: &str = ".restoring";

/// Replaces the store by a copy. An existing store is moved aside, and only if that is requested;
/// returns its new names.
pub(crate) fn restore(
    from: &Location,
    location: &Location,
    replace: bool,
) -> Result<Vec<PathBuf>, StoreError> {
    if !replace {
        refuse_occupied(location)?;
    }
    files::create_folder(folder_of(&location.store))?;
    files::create_folder(folder_of(&location.master_key))?;
    let _lock = Lock::take(&location.store)?;
    finish(location)?;
    if !replace {
        refuse_occupied(location)?;
    }
    let suffix = unused_suffix(location);
    let mut copies = vec![(&from.store, &location.store)];
    if !location.is_credential {
        copies.push((&from.master_key, &location.master_key));
    }
    for (from, place) in &copies {
        copy(from, &beside(place, COPYING))?;
    }
    // The store's copy is last: its rename commits the restoration.
    for (_, place) in copies.iter().rev() {
        let whole = beside(place, &format!("{RESTORING}{suffix}"));
        put(&beside(place, COPYING), &whole)?;
    }
    finish(location)
}

/// Finishes an interrupted restoration, if there is one.
pub(super) fn finish_interrupted(location: &Location) -> Result<(), StoreError> {
    if decided(location)?.is_empty() && leftovers(location)?.is_empty() {
        return Ok(());
    }
    let _lock = Lock::take(&location.store)?;
    let moved = finish(location)?;
    if !moved.is_empty() {
        tracing::warn!("an interrupted restoration of the key store was finished");
    }
    Ok(())
}

/// Finishes committed restorations, and removes the copies of others.
fn finish(location: &Location) -> Result<Vec<PathBuf>, StoreError> {
    let mut moved = Vec::new();
    for suffix in decided(location)? {
        let copy_of = |place: &Path| beside(place, &format!("{RESTORING}{suffix}"));
        move_store_aside(location, &suffix, &mut moved)?;
        let key = copy_of(&location.master_key);
        if key.symlink_metadata().is_ok() {
            move_key_aside(location, &suffix, &mut moved)?;
            put(&key, &location.master_key)?;
        }
        put(&copy_of(&location.store), &location.store)?;
    }
    for path in leftovers(location)? {
        fs::remove_file(&path)
            .map_err(|error| StoreError::file("cannot remove the copy", &path, error))?;
    }
    Ok(moved)
}

/// The suffixes of committed restorations that are not finished.
fn decided(location: &Location) -> Result<Vec<String>, StoreError> {
    suffixes(&location.store, RESTORING)
}

/// Copies that no restoration needs.
fn leftovers(location: &Location) -> Result<Vec<PathBuf>, StoreError> {
    let mut places = vec![&location.store];
    if !location.is_credential {
        places.push(&location.master_key);
    }
    let mut left = Vec::new();
    for place in places {
        let copies = suffixes(place, COPYING)?;
        left.extend(
            copies
                .iter()
                .map(|suffix| beside(place, &format!("{COPYING}{suffix}"))),
        );
    }
    if !location.is_credential && decided(location)?.is_empty() {
        let place = &location.master_key;
        let copies = suffixes(place, RESTORING)?;
        left.extend(
            copies
                .iter()
                .map(|suffix| beside(place, &format!("{RESTORING}{suffix}"))),
        );
    }
    Ok(left)
}

/// The suffixes that follow `part` in the names of files beside a path.
fn suffixes(place: &Path, part: &str) -> Result<Vec<String>, StoreError> {
    let fault = |error| StoreError::file("cannot look for copies of", place, error);
    let named = beside(place, part);
    let start = named.file_name().unwrap_or_default().as_bytes();
    let entries = match fs::read_dir(folder_of(place)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(fault)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry.map_err(fault)?.file_name();
        let rest = name.as_bytes().strip_prefix(start).map(OsStr::from_bytes);
        found.extend(rest.and_then(OsStr::to_str).map(str::to_owned));
    }
    found.sort();
    Ok(found)
}

fn refuse_occupied(location: &Location) -> Result<(), StoreError> {
    let (what, path) = if location.store.exists() {
        ("key store", &location.store)
    } else if !location.is_credential && location.master_key.exists() {
        // Left over from a lost store; it opens older copies of that store.
        ("master key without its key store", &location.master_key)
    } else {
        return Ok(());
    };
    Err(StoreError::Occupied {
        what,
        path: path.clone(),
    })
}

/// Copies a file completely to disk, for the service's user only. The copy of an interrupted
/// restoration is overwritten.
fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let copied = || {
        let mut copy = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(to)?;
        io::copy(&mut fs::File::open(from)?, &mut copy)?;
        copy.sync_all()
    };
    copied().map_err(|error| StoreError::file("cannot copy", from, error))
}

/// Renames a file and syncs the folder.
fn put(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to)
        .and_then(|()| sync_folder(folder_of(to)))
        .map_err(|error| StoreError::file("cannot restore", to, error))
}

/// A suffix for keeping the old files that is not in use yet.
fn unused_suffix(location: &Location) -> String {
    let is_unused = |suffix: &String| {
        [&location.store, &location.master_key]
            .iter()
            .all(|path| beside(path, suffix).symlink_metadata().is_err())
    };
    let time = now();
    let numbered = (2..).map(|number| format!(".before-{time}-{number}"));
    std::iter::once(format!(".before-{time}"))
        .chain(numbered)
        .find(is_unused)
        .unwrap_or_default()
}

/// Moves the store aside with SQLite's files beside it, without which it may lack the last keys.
fn move_store_aside(
    location: &Location,
    suffix: &str,
    moved: &mut Vec<PathBuf>,
) -> Result<(), StoreError> {
    let kept = beside(&location.store, suffix);
    for part in ["", "-wal", "-shm"] {
        aside(&beside(&location.store, part), beside(&kept, part), moved)?;
    }
    Ok(())
}

/// Moves the master key aside, with the candidates of interrupted changes: they belong to that store
/// as well, and must not look like keys of the store that replaces it.
fn move_key_aside(
    location: &Location,
    suffix: &str,
    moved: &mut Vec<PathBuf>,
) -> Result<(), StoreError> {
    let place = &location.master_key;
    let kept = beside(place, suffix);
    aside(place, kept.clone(), moved)?;
    for next in master_key::candidates(place)? {
        let name = next.as_os_str().as_bytes();
        let rest = name.strip_prefix(place.as_os_str().as_bytes());
        let rest = rest.and_then(|rest| OsStr::from_bytes(rest).to_str());
        aside(&next, beside(&kept, rest.unwrap_or_default()), moved)?;
    }
    Ok(())
}

/// Moves an existing file aside, without replacing another.
fn aside(path: &Path, to: PathBuf, moved: &mut Vec<PathBuf>) -> Result<(), StoreError> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let renamed = match to.symlink_metadata() {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(path, &to),
    };
    renamed
        .and_then(|()| sync_folder(folder_of(path)))
        .map_err(|error| StoreError::file("cannot move aside", path, error))?;
    moved.push(to);
    Ok(())
}
