//! Opening the file, and bringing its tables to the version that this service knows.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::StoreError;
use super::files;
use crate::files::beside;

/// Each brings the tables from the version of its index to the next.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("lifetimes.sql"),
    include_str!("intents.sql"),
    include_str!("clients.sql"),
];

/// What the first migration writes into the file's header.
const APPLICATION_ID: i32 = 0x5052_5343;

/// Opens the store for writing, makes its tables if it is new and migrates them if it is old.
///
/// Nothing is written before it is clear that the file is a store of ours, or empty.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let unreadable = |source| unreadable(path, source);
    let mut connection = Connection::open(path).map_err(unreadable)?;
    connection
        .busy_timeout(Duration::from_secs(5))
        .map_err(unreadable)?;
    let found = known_version(path, &connection)?;
    let verdict: String = pragma(&connection, "quick_check(1)").map_err(unreadable)?;
    if verdict != "ok" {
        return Err(StoreError::Damaged {
            path: path.to_owned(),
            verdict,
        });
    }
    prepare(&mut connection, found).map_err(unreadable)?;
    Ok(connection)
}

/// Opens a store to look at it: nothing is made or migrated.
pub(super) fn open_to_look(path: &Path) -> Result<Connection, StoreError> {
    let connection = if files::is_in_use(path) || has_log(path) {
        open_for_reading(path)?
    } else {
        open_immutable(path)?
    };
    if known_version(path, &connection)? == 0 {
        return Err(StoreError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(connection)
}

/// The version of the tables, if they are ours and of no later one.
fn known_version(path: &Path, connection: &Connection) -> Result<usize, StoreError> {
    let unreadable = |source| unreadable(path, source);
    if !is_ours(connection).map_err(unreadable)? {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    let found: u32 = pragma(connection, "user_version").map_err(unreadable)?;
    let (found, known) = (found as usize, MIGRATIONS.len());
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(found)
}

fn unreadable(path: &Path, source: rusqlite::Error) -> StoreError {
    StoreError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

/// The version of the tables.
pub(super) fn version(store: &Connection) -> Result<usize, StoreError> {
    let version: u32 = pragma(store, "user_version")?;
    Ok(version as usize)
}

/// Opens the store again, for reading.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

/// Whether there is a write-ahead log, without which the file alone is not the whole store.
fn has_log(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Opens a store that nobody uses. Read in any other way, SQLite would make the files beside it that
/// processes share, and leave them there.
fn open_immutable(path: &Path) -> Result<Connection, StoreError> {
    let name = path.to_string_lossy();
    let escaped = name
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)
        .map_err(|source| unreadable(path, source))
}

fn is_ours(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let id: i32 = pragma(connection, "application_id")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(id == APPLICATION_ID || (id == 0 && tables == 0))
}

fn prepare(connection: &mut Connection, version: usize) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit is on disk when it returns; WAL alone would not promise that.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What is deleted is overwritten, not merely marked as free.
    connection.pragma_update(None, "secure_delete", true)?;
    for migration in MIGRATIONS.iter().skip(version) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.commit()?;
    }
    Ok(())
}

fn pragma<T: FromSql>(connection: &Connection, what: &str) -> Result<T, rusqlite::Error> {
    connection.query_row(&format!("PRAGMA {what}"), [], |row| row.get(0))
}
