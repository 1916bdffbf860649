//! Opening the SQLite file, and its tables: creating, upgrading and checking them.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::StoreError;
use super::{files, integrity, log};
use crate::files::beside;

/// Each migrates the tables from the version of its index to the next.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("lifetimes.sql"),
    include_str!("intents.sql"),
    include_str!("clients.sql"),
    include_str!("authenticated.sql"),
    include_str!("devices.sql"),
];

/// The version that introduced expiry.
pub(super) const LIFETIMES: usize = 2;
/// The version that introduced authentication of all columns and rows.
pub(super) const AUTHENTICATED: usize = 5;

/// The application id in the file's header, set by the first migration.
const APPLICATION_ID: i32 = 0x5052_5343;

/// Opens the store for writing and creates its tables if it is new. A store of an earlier version is
/// not upgraded here, because that needs the master key.
///
/// Nothing is written before the file is known to be a Parsec key store, or empty.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let unreadable = |source| unreadable(path, source);
    // Before SQLite recovers the intact part of the log and drops the rest.
    refuse_damaged_log(path)?;
    let mut connection = Connection::open(path).map_err(unreadable)?;
    configure(&connection).map_err(unreadable)?;
    let found = checked_version(path, &connection)?;
    let verdict = integrity::check(&connection, 1).map_err(|error| error.of(path))?;
    if let Some(verdict) = verdict.into_iter().next() {
        return Err(StoreError::damaged(path, verdict));
    }
    prepare(&mut connection, found).map_err(unreadable)?;
    Ok(connection)
}

fn refuse_damaged_log(path: &Path) -> Result<(), StoreError> {
    match log::damage(path)? {
        None => Ok(()),
        Some(verdict) => Err(StoreError::damaged(path, verdict)),
    }
}

/// Opens a store for reading only: nothing is created or migrated.
pub(super) fn open_read_only(path: &Path) -> Result<Connection, StoreError> {
    refuse_damaged_log(path)?;
    let connection = if files::is_in_use(path) || has_log(path) {
        open_for_reading(path)?
    } else {
        open_immutable(path)?
    };
    if checked_version(path, &connection)? == 0 {
        return Err(StoreError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(connection)
}

/// Checks that the tables are those of a version that this service knows, without additional tables,
/// triggers or views; returns the version.
fn checked_version(path: &Path, connection: &Connection) -> Result<usize, StoreError> {
    let unreadable = |source| unreadable(path, source);
    if !is_ours(connection).map_err(unreadable)? {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    let found: u32 = pragma(connection, "user_version").map_err(unreadable)?;
    let (found, known) = (found as usize, newest());
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    let expected = tables_of(found).map_err(unreadable)?;
    if objects(connection).map_err(unreadable)? != expected {
        return Err(StoreError::damaged(
            path,
            format!("its tables are not those of version {found}"),
        ));
    }
    Ok(found)
}

fn unreadable(path: &Path, source: rusqlite::Error) -> StoreError {
    StoreError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

/// The version that this service writes.
pub(super) fn newest() -> usize {
    MIGRATIONS.len()
}

/// The version of the tables.
pub(super) fn version(store: &Connection) -> Result<usize, StoreError> {
    let version: u32 = pragma(store, "user_version")?;
    Ok(version as usize)
}

/// Opens another connection to the store, for reading.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    configure(&connection)?;
    Ok(connection)
}

/// Whether there is a write-ahead log, without which the file is not the complete store.
fn has_log(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Opens a store that no process uses. In any other mode SQLite would create its shared files beside
/// the store and leave them there.
fn open_immutable(path: &Path) -> Result<Connection, StoreError> {
    let name = path.to_string_lossy();
    let escaped = name
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let open = || {
        let connection = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)?;
        configure(&connection)?;
        Ok(connection)
    };
    open().map_err(|source| unreadable(path, source))
}

/// Configures a connection so that it runs nothing that is stored in the file: no trigger, no view, no
/// function in its schema.
fn configure(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(Duration::from_secs(5))?;
    for (setting, value) in [
        // Applies to the file only; temporary triggers still run.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    ] {
        connection.set_db_config(setting, value)?;
    }
    // Pages that are read are checked more thoroughly.
    connection.pragma_update(None, "cell_size_check", true)
}

fn is_ours(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let id: i32 = pragma(connection, "application_id")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(id == APPLICATION_ID || (id == 0 && tables == 0))
}

/// A table, index, trigger or view: its type, its name, its table's name, and the statement that
/// created it, if there is one.
type Object = (String, String, String, Option<String>);

/// The objects of a version.
fn tables_of(version: usize) -> Result<Vec<Object>, rusqlite::Error> {
    let connection = Connection::open_in_memory()?;
    for migration in MIGRATIONS.iter().take(version) {
        connection.execute_batch(migration)?;
    }
    objects(&connection)
}

/// All objects of a file, except the query planner's tables.
fn objects(connection: &Connection) -> Result<Vec<Object>, rusqlite::Error> {
    let mut statement = connection.prepare(
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema
         WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY type, name",
    )?;
    let objects = statement.query_map([], |row| {
        let sql: Option<String> = row.get(3)?;
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            sql.as_deref().map(without_comments),
        ))
    })?;
    objects.collect()
}

/// A statement without comments and line breaks.
fn without_comments(sql: &str) -> String {
    let code = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or(line));
    let words = code.flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

/// The tables whose rows the digest covers: all except `meta`, which describes the store as a whole,
/// and SQLite's own.
pub(super) fn row_tables(store: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = store.prepare(
        "SELECT name FROM main.sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'meta'
         ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn prepare(connection: &mut Connection, version: usize) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit is on disk when it returns, which WAL alone does not guarantee.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Deleted data is overwritten, not merely marked as free.
    connection.pragma_update(None, "secure_delete", true)?;
    if version == 0 {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        migrate(&transaction, version)?;
        transaction.commit()?;
    }
    // The log of a file that was in another journal mode is opened by the first reader.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    // An empty log holds no parts of torn transactions. It stays if other connections use it.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Migrates the tables to the newest version. Called within a transaction.
pub(super) fn migrate(transaction: &Connection, version: usize) -> Result<(), rusqlite::Error> {
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    Ok(())
}

fn pragma<T: FromSql>(connection: &Connection, what: &str) -> Result<T, rusqlite::Error> {
    connection.query_row(&format!("PRAGMA {what}"), [], |row| row.get(0))
}
