//! Checking a store, and copying it away.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rusqlite::params;

use super::error::StoreError;
use super::location::Location;
use super::{files, integrity, master_key, schema, verify};

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
    // One snapshot, however often the store is changed meanwhile.
    let snapshot = store.unchecked_transaction()?;
    let version = schema::version(&snapshot)?;
    let mut report = StoreReport {
        version,
        findings: integrity::check(&snapshot, FINDINGS)?,
        ..StoreReport::default()
    };
    match master_key::look(location, &snapshot) {
        Ok(Some(cipher)) => {
            let (keys, findings) = verify::rows(&snapshot, &cipher, version)?;
            report.keys = keys;
            report.findings.extend(findings);
        }
        Ok(None) if verify::has_rows(&snapshot)? => {
            let finding = "what tells its master key from others is missing";
            report.findings.push(finding.to_owned());
        }
        // A new store, before its first start was finished.
        Ok(None) => {}
        Err(error) => report.findings.push(error.to_string()),
    }
    Ok(report)
}

/// How many findings of SQLite are reported.
const FINDINGS: usize = 100;

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

fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let copied = fs::copy(from, to)
        .and_then(|_| fs::set_permissions(to, Permissions::from_mode(0o600)))
        .and_then(|()| File::open(to)?.sync_all());
    copied.map_err(|error| StoreError::file("cannot make a copy of", from, error))
}
