//! The way to a token: its sessions, and where its objects are.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki::context::Pkcs11;
use cryptoki::error::Error;
use cryptoki::object::{ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::slot::{Limit, Slot, TokenInfo};
use lru::LruCache;
use parsec_provider::KeyId;

/// Calls at once: tokens on the network gain by some, none gains by many.
const MOST_WORKERS: u64 = 8;
/// Handles that are remembered.
const HANDLES: usize = 4096;

/// A token while it stays where it is.
pub(crate) struct Connection {
    /// Of the library.
    pub(crate) start: u64,
    pub(crate) slot: Slot,
    pub(crate) info: TokenInfo,
    /// Keeps the login alive while all others are closed.
    _anchor: Mutex<Session>,
    idle: Mutex<Vec<Session>>,
    handles: Mutex<LruCache<(KeyId, u64), ObjectHandle>>,
}

impl Connection {
    /// In the library's start of that number; the session in which the login was made stays open.
    pub(crate) fn new(start: u64, slot: Slot, info: TokenInfo, anchor: Session) -> Self {
        Self {
            start,
            slot,
            info,
            _anchor: Mutex::new(anchor),
            idle: Mutex::default(),
            handles: Mutex::new(LruCache::new(
                NonZeroUsize::new(HANDLES).unwrap_or(NonZeroUsize::MIN),
            )),
        }
    }

    /// Where a key's object is, if that is known.
    pub(crate) fn known(&self, key: KeyId, class: ObjectClass) -> Option<ObjectHandle> {
        lock(&self.handles).get(&(key, *class)).copied()
    }

    /// Remembers where a key's object is. What is not stored yet has no number.
    pub(crate) fn remember(&self, key: KeyId, class: ObjectClass, handle: ObjectHandle) {
        if key != KeyId(0) {
            lock(&self.handles).put((key, *class), handle);
        }
    }

    /// Keeps a session for the next call.
    pub(crate) fn keep(&self, session: Session) {
        lock(&self.idle).push(session);
    }

    /// How many calls the token can take at once; one of its sessions is the anchor.
    pub(crate) fn workers(&self) -> usize {
        let sessions = match self.info.max_rw_session_count() {
            Limit::Max(count) => count.saturating_sub(1),
            Limit::Infinite | Limit::Unavailable => MOST_WORKERS,
        };
        sessions.clamp(1, MOST_WORKERS) as usize
    }

    /// One that was kept, or a new one.
    pub(crate) fn session(&self, module: &Pkcs11) -> Result<Session, Error> {
        let idle = lock(&self.idle).pop();
        idle.map_or_else(|| module.open_rw_session_no_drop(self.slot), Ok)
    }

    /// Forgets where a key's objects are.
    pub(crate) fn forget(&self, key: KeyId) {
        let mut handles = lock(&self.handles);
        for class in [
            ObjectClass::PRIVATE_KEY,
            ObjectClass::PUBLIC_KEY,
            ObjectClass::SECRET_KEY,
        ] {
            handles.pop(&(key, *class));
        }
    }
}

/// A call that panicked while it held one of these left nothing half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
