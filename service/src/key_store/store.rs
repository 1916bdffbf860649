//! The open store: its connections, its master key, and transactions that change it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use arc_swap::ArcSwap;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::cipher::Cipher;
use super::error::StoreError;
use super::files::{self, Lock};
use super::location::Location;
use super::{digest, master_key, restore, schema, upgrade};
use crate::sync::{lock, try_lock};

/// Connections for reading, so that look-ups do not wait for writes.
pub(super) const READERS: usize = 4;

/// An open key store.
pub(crate) struct KeyStore {
    pub(super) writer: Mutex<Connection>,
    pub(super) readers: Vec<Mutex<Connection>>,
    pub(super) next_reader: AtomicUsize,
    /// The cipher under the master key, which may change while the store is open.
    pub(super) cipher: ArcSwap<Cipher>,
    /// The cipher with which the writing connection updates the digest of all rows; set for each
    /// transaction.
    pub(super) digest_cipher: Arc<ArcSwap<Cipher>>,
    pub(super) location: Location,
    /// Held while the store is open.
    _lock: Lock,
}

impl KeyStore {
    /// Opens the store at its location, and creates it if it does not exist.
    pub(crate) fn open(location: Location) -> Result<Self, StoreError> {
        restore::finish_interrupted(&location)?;
        let path = &location.store;
        files::prepare(path)?;
        let lock = Lock::take(path)?;
        master_key::refuse_lost_store(&location)?;
        let mut writer = schema::open(path)?;
        let cipher = upgrade::open(&location, &mut writer)?;
        let digest_cipher = Arc::new(ArcSwap::from(Arc::clone(&cipher)));
        digest::keep(&writer, &digest_cipher)?;
        let readers = (0..READERS)
            .map(|_| schema::open_for_reading(path).map(Mutex::new))
            .collect::<Result<_, _>>()?;
        let store = Self {
            writer: Mutex::new(writer),
            readers,
            next_reader: AtomicUsize::new(0),
            cipher: ArcSwap::from(cipher),
            digest_cipher,
            location,
            _lock: lock,
        };
        store.resume()?;
        Ok(store)
    }

    /// A free connection for reading; if all are in use, waits for the next one in turn.
    pub(super) fn reader(&self) -> MutexGuard<'_, Connection> {
        let next = self.next_reader.fetch_add(1, Ordering::Relaxed);
        let (after, before) = self.readers.split_at(next % self.readers.len());
        let mut in_turn = before.iter().chain(after);
        in_turn
            .find_map(try_lock)
            .unwrap_or_else(|| lock(&self.readers[next % self.readers.len()]))
    }

    /// Runs a change in one transaction, under the current master key; it is on disk when this returns.
    /// Every change goes through here.
    pub(super) fn change<T>(
        &self,
        work: impl Fn(&Transaction<'_>, &Cipher) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with_cipher(|cipher| {
            let mut writer = lock(&self.writer);
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            master_key::refuse_outdated_key(&transaction, cipher)?;
            self.digest_cipher.store(Arc::clone(cipher));
            let done = work(&transaction, cipher)?;
            transaction.commit()?;
            Ok(done)
        })
    }

    /// Runs work that opens or seals material, and repeats it if it failed because the master key was
    /// changed meanwhile.
    pub(super) fn with_cipher<T>(
        &self,
        work: impl Fn(&Arc<Cipher>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut cipher = self.cipher.load_full();
        loop {
            let failed = match work(&cipher) {
                Err(error @ (StoreError::Sealed | StoreError::Rekeyed)) => error,
                done => return done,
            };
            self.follow()?;
            let now = self.cipher.load_full();
            if now.check() == cipher.check() {
                return Err(failed);
            }
            cipher = now;
        }
    }

    /// Loads the store's master key if it was changed.
    pub(super) fn follow(&self) -> Result<(), StoreError> {
        let reader = self.reader();
        if master_key::check_of(&reader)?.as_deref() == Some(self.cipher.load().check()) {
            return Ok(());
        }
        if let Some(cipher) = master_key::look(&self.location, &reader)? {
            self.cipher.store(cipher.into());
            tracing::info!("the store has a new master key");
        }
        Ok(())
    }
}
