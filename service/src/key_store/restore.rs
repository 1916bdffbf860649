//! Putting a copy in the place of a store. Whatever interrupts it, the store before or the copy is
//! there afterwards, and never an empty store.
//!
//! The copies are written beside their places first, under names that mean nothing. Then they get
//! names that say what is to become of them, the store's last: from that moment on it is decided, and
//! the next process that opens the store finishes what is left to do. Last of all the copy takes the store's place,
//! so that it has its old name for as long as anything is left.

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

/// After a place: a copy that may not be whole yet.
const COPYING: &str = ".copying";
/// After a place, and before the suffix under which the file there is kept: a whole copy.
const RESTORING: &str = ".restoring";

/// Puts a copy in the place of the store. What was there is moved aside, and only if that is
/// wanted; where it went is answered.
pub(crate) fn restore(
    from: &Location,
    location: &Location,
    replace: bool,
) -> Result<Vec<PathBuf>, StoreError> {
    if !replace {
        refuse_occupied(location)?;
    }
    files::make_folder(folder_of(&location.store))?;
    files::make_folder(folder_of(&location.master_key))?;
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
    // The store's last: with its name it is decided.
    for (_, place) in copies.iter().rev() {
        let whole = beside(place, &format!("{RESTORING}{suffix}"));
        put(&beside(place, COPYING), &whole)?;
    }
    finish(location)
}

/// Finishes a restoration that was interrupted, if there is one.
pub(super) fn finish_interrupted(location: &Location) -> Result<(), StoreError> {
    if decided(location)?.is_empty() && leftovers(location)?.is_empty() {
        return Ok(());
    }
    let _lock = Lock::take(&location.store)?;
    let moved = finish(location)?;
    if !moved.is_empty() {
        tracing::warn!("the key store was restored from a copy: that had been interrupted");
    }
    Ok(())
}

/// Does what is left to do for restorations that are decided, and removes the copies of others.
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

/// The suffixes of restorations that are decided, and not finished.
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

/// What follows after that part in the names of files beside a place.
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
        // What is left of a store that was lost; it opens older copies of it.
        ("master key without its key store", &location.master_key)
    } else {
        return Ok(());
    };
    Err(StoreError::Occupied {
        what,
        path: path.clone(),
    })
}

/// Copies a file, whole and on disk, for the service's user alone; one of a restoration that was
/// interrupted is overwritten.
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
    copied().map_err(|error| StoreError::file("cannot make a copy of", from, error))
}

/// Gives a file another name, and brings that to disk.
fn put(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to)
        .and_then(|()| sync_folder(folder_of(to)))
        .map_err(|error| StoreError::file("cannot restore", to, error))
}

/// For the names under which a store is kept aside: none that keeps an earlier one.
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

/// Moves the store aside, with what SQLite has beside it: without that it may lack its last keys.
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

/// Moves the master key aside, with those of changes of the key that were interrupted: they belong to
/// that store as well, and must not look like keys of the store that takes its place.
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

/// Moves a file that is there aside, over none that is kept already.
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
