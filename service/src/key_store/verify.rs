//! Verifying a store: every key, and the digest of all rows.

use std::path::Path;

use parsec_contracts::Body as _;
use parsec_contracts::types::KeyAttributes;
use rusqlite::{Connection, OptionalExtension as _};

use super::cipher::Cipher;
use super::error::StoreError;
use super::row::{Binding, KeyRow, columns};
use super::{digest, schema};

/// The binding of key material in that version of the tables.
pub(super) fn binding_of(version: usize) -> Binding {
    match version < schema::AUTHENTICATED {
        true => Binding::Identity,
        false => Binding::WholeRow,
    }
}

/// Opens every key; returns their number and the faults found, each in a sentence. The digest is only
/// compared if every key opens, because it says less.
pub(super) fn rows(
    store: &Connection,
    cipher: &Cipher,
    version: usize,
) -> Result<(u64, Vec<String>), StoreError> {
    let binding = binding_of(version);
    let (mut keys, mut findings) = (0, Vec::new());
    each_key(store, version, |row| {
        keys += 1;
        if row.open_material(cipher, binding).is_err() {
            findings.push(format!(
                "key {} was changed or damaged: its material does not open",
                row.id
            ));
        } else if KeyAttributes::decode(&row.attributes).is_err() {
            findings.push(format!("key {} has attributes that cannot be read", row.id));
        }
        Ok(())
    })?;
    if findings.is_empty() && version >= schema::AUTHENTICATED {
        findings.extend(digest::difference(store, cipher)?);
    }
    Ok((keys, findings))
}

/// Refuses a store with a damaged row: it would serve fewer keys than were acknowledged.
pub(super) fn refuse_damaged_rows(
    path: &Path,
    store: &Connection,
    cipher: &Cipher,
    version: usize,
) -> Result<(), StoreError> {
    let (_, findings) = rows(store, cipher, version)?;
    match findings.into_iter().next() {
        None => Ok(()),
        Some(verdict) => Err(StoreError::damaged(path, verdict)),
    }
}

/// Calls `call` for each key, in the order of their numbers, without using indexes.
pub(super) fn each_key(
    store: &Connection,
    version: usize,
    mut call: impl FnMut(&KeyRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    // The first version had no such columns.
    let columns = match version < schema::LIFETIMES {
        true => columns!().replace("expires_at, session", "NULL, NULL"),
        false => columns!().to_owned(),
    };
    let mut statement = store.prepare(&format!(
        "SELECT {columns} FROM key NOT INDEXED ORDER BY id"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        call(&KeyRow::read(row)?)?;
    }
    Ok(())
}

/// Whether the store has any key or other row.
pub(super) fn has_rows(store: &Connection) -> Result<bool, StoreError> {
    let tables = schema::row_tables(store)?;
    for table in tables {
        let row = store
            .query_row(
                &format!("SELECT 1 FROM main.\"{table}\" LIMIT 1"),
                [],
                |_| Ok(()),
            )
            .optional()?;
        if row.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
