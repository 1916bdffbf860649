//! Opening the file, and bringing its tables to the version that this service knows.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::StoreError;

/// Each brings the tables from the version of its index to the next.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// Opens the store for writing, makes its tables if it is new and migrates them if it is old.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path).map_err(|error| unreadable(path, error))?;
    let prepared = prepare(&mut connection).map_err(|error| unreadable(path, error))?;
    let known = MIGRATIONS.len();
    if prepared > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found: prepared,
            known,
        });
    }
    Ok(connection)
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

fn prepare(connection: &mut Connection) -> Result<usize, rusqlite::Error> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit is on disk when it returns; WAL alone would not promise that.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What is deleted is overwritten, not merely marked as free.
    connection.pragma_update(None, "secure_delete", true)?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let version = version as usize;
    for migration in MIGRATIONS.iter().skip(version) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.commit()?;
    }
    Ok(version)
}

fn unreadable(path: &Path, source: rusqlite::Error) -> StoreError {
    StoreError::Unreadable {
        path: path.to_owned(),
        source,
    }
}
