//! Looking after a store: checking it, copying it away, and putting a copy back.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use parsec_contracts::Body as _;
use parsec_contracts::types::KeyAttributes;
use rusqlite::{Connection, params};

use super::cipher::{Cipher, Row};
use super::error::StoreError;
use super::files::{self, Lock};
use super::location::Location;
use super::{master_key, now, owner_of, schema};
use crate::files::{beside, folder_of, sync_folder};

/// What was found in a store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoreReport {
    /// The version of its tables.
    pub version: usize,
    /// How many keys it holds.
    pub keys: u64,
    /// What is wrong with it, each in a sentence. Rows have numbers here and no names.
    pub findings: Vec<String>,
}

/// What a start would find.
#[derive(Debug)]
pub(crate) struct StartReport {
    /// Whether a service is using the store now.
    pub(crate) is_in_use: bool,
    /// Of the store; `None` if a start would make one.
    pub(crate) store: Option<StoreReport>,
}

/// Whether a start could open the store, or make one; writes nothing.
pub(crate) fn try_start(location: &Location) -> Result<StartReport, StoreError> {
    files::try_to_write(&location.store)?;
    let is_new = fs::metadata(&location.store).map_or(true, |found| found.len() == 0);
    let store = if is_new {
        master_key::try_to_make(location)?;
        None
    } else {
        let checked = check(location);
        Some(checked.map_err(|error| error.of(&location.store))?)
    };
    Ok(StartReport {
        is_in_use: files::is_in_use(&location.store),
        store,
    })
}

/// Looks at every page and opens every key; writes nothing. A service may be using the store.
pub(crate) fn check(location: &Location) -> Result<StoreReport, StoreError> {
    files::look_at(&location.store)?;
    let store = schema::open_to_look(&location.store)?;
    let mut report = StoreReport {
        version: schema::version(&store)?,
        ..StoreReport::default()
    };
    let mut pages = store.prepare("PRAGMA integrity_check")?;
    let verdicts = pages.query_map([], |row| row.get::<_, String>(0))?;
    for verdict in verdicts {
        let verdict = verdict?;
        if verdict != "ok" {
            report.findings.push(verdict);
        }
    }
    match master_key::look(location, &store) {
        Ok(Some(cipher)) => open_all(&store, &cipher, &mut report)?,
        // A new store, before its first start was finished.
        Ok(None) => {}
        Err(error) => report.findings.push(error.to_string()),
    }
    Ok(report)
}

fn open_all(
    store: &Connection,
    cipher: &Cipher,
    report: &mut StoreReport,
) -> Result<(), StoreError> {
    each_row(store, |id, row, sealed| {
        report.keys += 1;
        if cipher.open(row, sealed).is_err() {
            let finding = format!("key {id} was changed or damaged: its material does not open");
            report.findings.push(finding);
        } else if KeyAttributes::decode(row.attributes).is_err() {
            report
                .findings
                .push(format!("key {id} has attributes that cannot be read"));
        }
        Ok(())
    })
}

/// Calls for each key with its number, what its material is bound to, and the sealed material.
pub(super) fn each_row(
    store: &Connection,
    mut call: impl FnMut(i64, &Row<'_>, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = store.prepare(
        "SELECT id, auth_type, owner, provider, name, attributes, material FROM key ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let owner = owner_of(row.get(1)?, row.get(2)?).ok_or(StoreError::Attributes)?;
        let (provider, name): (String, String) = (row.get(3)?, row.get(4)?);
        let (attributes, sealed): (Vec<u8>, Vec<u8>) = (row.get(5)?, row.get(6)?);
        let bound = Row {
            owner: &owner,
            provider: &provider,
            name: &name,
            attributes: &attributes,
        };
        call(row.get(0)?, &bound, &sealed)?;
    }
    Ok(())
}

/// How often a copy begins again because the store was given a new master key meanwhile.
const ATTEMPTS: usize = 5;

/// Copies the store into a folder, as it is at one moment, and the master key beside it unless it
/// is a credential. A service may be using the store.
pub(crate) fn back_up(location: &Location, into: &Location) -> Result<(), StoreError> {
    files::look_at(&location.store)?;
    let store = schema::open_to_look(&location.store)?;
    let mut made = vec![&into.store];
    if !location.is_credential {
        made.push(&into.master_key);
    }
    for attempt in 1.. {
        for path in &made {
            files::make_new(path)?;
        }
        // The file is there already, and so has the right mode from the first byte on.
        let path = into.store.to_string_lossy();
        store.execute("VACUUM INTO ?1", params![path])?;
        files::sync(&into.store)?;
        if location.is_credential || copy_master_key(location, into)? {
            break;
        }
        if attempt == ATTEMPTS {
            return Err(StoreError::Rekeyed);
        }
        for path in &made {
            let removed = fs::remove_file(path);
            removed.map_err(|error| StoreError::file("cannot copy again to", path, error))?;
        }
    }
    Ok(())
}

/// Copies the master key that opens the store's copy; `false` if it is gone, replaced by a new one.
fn copy_master_key(location: &Location, into: &Location) -> Result<bool, StoreError> {
    let copied = schema::open_to_look(&into.store)?;
    let mut files = vec![location.master_key.clone()];
    files.extend(master_key::candidates(&location.master_key)?);
    for file in files {
        match copy(&file, &into.master_key) {
            Err(StoreError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
        if matches!(master_key::opens(into, &into.master_key, &copied), Ok(true)) {
            return Ok(true);
        }
    }
    Ok(false)
}

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
    let mut drafts = vec![(draft(&from.store, &location.store)?, &location.store)];
    if !location.is_credential {
        drafts.push((
            draft(&from.master_key, &location.master_key)?,
            &location.master_key,
        ));
    }
    let aside = move_aside(location)?;
    for (draft, path) in drafts {
        fs::rename(&draft, path)
            .and_then(|()| sync_folder(folder_of(path)))
            .map_err(|error| StoreError::file("cannot restore", path, error))?;
    }
    Ok(aside)
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

/// Copies a file to beside where it shall be.
fn draft(from: &Path, to: &Path) -> Result<PathBuf, StoreError> {
    let draft = beside(to, ".restoring");
    // One of a restoration that was interrupted is worth nothing.
    let _ = fs::remove_file(&draft);
    files::make_new(&draft)?;
    copy(from, &draft)?;
    Ok(draft)
}

fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let copied = fs::copy(from, to)
        .and_then(|_| fs::set_permissions(to, Permissions::from_mode(0o600)))
        .and_then(|()| File::open(to)?.sync_all());
    copied.map_err(|error| StoreError::file("cannot make a copy of", from, error))
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

fn move_aside(location: &Location) -> Result<Vec<PathBuf>, StoreError> {
    let suffix = unused_suffix(location);
    let mut moved = Vec::new();
    let mut aside = |path: &Path, to: PathBuf| match fs::rename(path, &to) {
        Ok(()) => {
            moved.push(to);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::file("cannot move aside", path, error)),
    };
    let store = beside(&location.store, &suffix);
    aside(&location.store, store.clone())?;
    // What SQLite has beside it belongs to it: without them it may lack its last keys.
    for suffix in ["-wal", "-shm"] {
        aside(&beside(&location.store, suffix), beside(&store, suffix))?;
    }
    if !location.is_credential {
        let kept = beside(&location.master_key, &suffix);
        aside(&location.master_key, kept.clone())?;
        // A change of the key that was interrupted belongs to that store as well, and its key must
        // not look like one of the store that takes its place.
        for (index, next) in master_key::candidates(&location.master_key)?
            .iter()
            .enumerate()
        {
            aside(next, beside(&kept, &format!(".next-{index}")))?;
        }
    }
    Ok(moved)
}
