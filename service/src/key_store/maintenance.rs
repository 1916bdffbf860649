//! Checking a store, and backing it up.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rusqlite::params;

use super::error::StoreError;
use super::location::Location;
use super::{files, integrity, master_key, schema, verify};

/// The result of checking a store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoreReport {
    /// The version of its tables.
    pub version: usize,
    /// The number of keys.
    pub keys: u64,
    /// The faults found, each in a sentence. Rows are named by their numbers only.
    pub findings: Vec<String>,
}

/// The result of a trial start.
#[derive(Debug)]
pub(crate) struct StartReport {
    /// Whether a service has the store open.
    pub(crate) is_in_use: bool,
    /// The report on the store; `None` if a start would create it.
    pub(crate) store: Option<StoreReport>,
}

/// Whether a start could open or create the store; writes nothing.
pub(crate) fn try_start(location: &Location) -> Result<StartReport, StoreError> {
    files::check_writable(&location.store)?;
    let is_new = fs::metadata(&location.store).map_or(true, |found| found.len() == 0);
    let store = if is_new {
        master_key::check_creatable(location)?;
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

/// Checks every page and opens every key; writes nothing. A service may have the store open.
pub(crate) fn check(location: &Location) -> Result<StoreReport, StoreError> {
    files::check_access(&location.store)?;
    let store = schema::open_read_only(&location.store)?;
    // A snapshot, because the store may change during the check.
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
            let finding = "the check value of its master key is missing";
            report.findings.push(finding.to_owned());
        }
        // A new store whose first start was interrupted.
        Ok(None) => {}
        Err(error) => report.findings.push(error.to_string()),
    }
    Ok(report)
}

/// The maximum number of findings reported from SQLite.
const FINDINGS: usize = 100;

/// How often a backup is retried because the master key changed while it ran.
const ATTEMPTS: usize = 5;

/// Copies a snapshot of the store into a folder, with the master key unless that is a credential. A
/// service may have the store open.
pub(crate) fn back_up(location: &Location, into: &Location) -> Result<(), StoreError> {
    files::check_access(&location.store)?;
    let store = schema::open_read_only(&location.store)?;
    let mut made = vec![&into.store];
    if !location.is_credential {
        made.push(&into.master_key);
    }
    for attempt in 1.. {
        for path in &made {
            files::make_new(path)?;
        }
        // The file exists already, so it has mode 0600 from the first byte on.
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

/// Copies the master key that opens the store's copy; `false` if it was replaced by a new one.
fn copy_master_key(location: &Location, into: &Location) -> Result<bool, StoreError> {
    let copied = schema::open_read_only(&into.store)?;
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
    copied.map_err(|error| StoreError::file("cannot copy", from, error))
}
