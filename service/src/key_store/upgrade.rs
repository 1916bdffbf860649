//! Opening a store with its master key: verifies it, and then upgrades the tables to the newest version
//! in one transaction.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior, params};

use super::cipher::Cipher;
use super::digest::Digest;
use super::error::StoreError;
use super::location::Location;
use super::{master_key, schema, verify};

/// How often this is repeated because the master key changed meanwhile.
const ATTEMPTS: usize = 5;

/// Reads the master key, verifies the store and upgrades it.
pub(super) fn open(location: &Location, store: &mut Connection) -> Result<Arc<Cipher>, StoreError> {
    let mut attempts = ATTEMPTS;
    loop {
        let cipher = master_key::open(location, store)?;
        attempts -= 1;
        match upgrade_tables(&location.store, store, &cipher) {
            Err(StoreError::Rekeyed) if attempts > 0 => {}
            done => return done.map(|()| Arc::new(cipher)),
        }
    }
}

/// Verifies the rows and upgrades them to the newest version. If this is interrupted, the store has
/// the old version or the newest.
pub(super) fn upgrade_tables(
    path: &Path,
    store: &mut Connection,
    cipher: &Cipher,
) -> Result<(), StoreError> {
    // A process that only reads does not wait for a writer.
    let behavior = match schema::version(store)? == schema::newest() {
        true => TransactionBehavior::Deferred,
        false => TransactionBehavior::Immediate,
    };
    let transaction = store.transaction_with_behavior(behavior)?;
    master_key::refuse_outdated_key(&transaction, cipher)?;
    let version = schema::version(&transaction)?;
    verify::refuse_damaged_rows(path, &transaction, cipher, version)?;
    if version == schema::newest() {
        return Ok(());
    }
    schema::migrate(&transaction, version)?;
    if version < schema::AUTHENTICATED {
        bind_whole_rows(&transaction, cipher, version)?;
    }
    Digest::of(&transaction, cipher)?.store(&transaction, cipher)?;
    transaction.commit()?;
    tracing::info!(
        from = version,
        to = schema::newest(),
        "the key store was upgraded"
    );
    Ok(())
}

/// Binds the material of every key to its whole row.
fn bind_whole_rows(
    transaction: &Connection,
    cipher: &Cipher,
    version: usize,
) -> Result<(), StoreError> {
    let binding = verify::binding_of(version);
    let mut sealed = Vec::new();
    verify::each_key(transaction, schema::newest(), |row| {
        let material = row.open_material(cipher, binding)?;
        sealed.push((row.id, row.seal(cipher, &material)?));
        Ok(())
    })?;
    replace_materials(transaction, sealed)
}

/// Stores the sealed material of the keys with those numbers.
pub(super) fn replace_materials(
    transaction: &Connection,
    sealed: Vec<(i64, Vec<u8>)>,
) -> Result<(), StoreError> {
    for (id, sealed) in sealed {
        transaction
            .prepare_cached("UPDATE key SET material = ?2 WHERE id = ?1")?
            .execute(params![id, sealed])?;
    }
    Ok(())
}
