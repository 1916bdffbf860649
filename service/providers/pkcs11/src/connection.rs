//! The way to a token: its sessions, and where its objects are.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki::context::Pkcs11;
use cryptoki::error::Error;
use cryptoki::object::{ObjectClass, ObjectHandle};
use cryptoki::session::{Session, SessionState};
use cryptoki::slot::{Limit, Slot, TokenInfo};
use lru::LruCache;

use crate::module::Running;
use crate::object::Id;

/// Calls at once: tokens on the network gain by some, none gains by many.
const MOST_WORKERS: u64 = 8;
/// Handles that are remembered: a search goes through all objects of the token.
const HANDLES: usize = 65_536;

/// Where an object is.
struct Place {
    handle: ObjectHandle,
    was_used: bool,
}

/// A token while it stays where it is.
pub(crate) struct Connection {
    /// Of the library.
    pub(crate) start: u64,
    pub(crate) slot: Slot,
    pub(crate) info: TokenInfo,
    pkcs11: Pkcs11,
    /// Keeps the login alive while all others are closed.
    _anchor: Mutex<Session>,
    idle: Mutex<Vec<Session>>,
    handles: Mutex<LruCache<(Id, u64), Place>>,
}

impl Connection {
    /// In the library's start of that number; the session in which the login was made stays open.
    pub(crate) fn new(running: &Running<'_>, slot: Slot, info: TokenInfo, anchor: Session) -> Self {
        Self {
            start: running.start(),
            slot,
            info,
            pkcs11: running.pkcs11.clone(),
            _anchor: Mutex::new(anchor),
            idle: Mutex::default(),
            // Room is taken as it is needed.
            handles: Mutex::new(LruCache::unbounded()),
        }
    }

    /// Whether the session is still logged in, to a token that is still the same. For a thread that
    /// is in the library.
    pub(crate) fn answers(&self, session: &Session) -> bool {
        let is_logged_in = session.get_session_info().is_ok_and(|info| {
            !self.info.login_required()
                || matches!(
                    info.session_state(),
                    SessionState::RwUser | SessionState::RoUser
                )
        });
        is_logged_in
            && self
                .pkcs11
                .get_token_info(self.slot)
                .is_ok_and(|info| info.serial_number() == self.info.serial_number())
    }

    /// Where an object is, if that is known, and whether it was used before.
    pub(crate) fn known(&self, id: &Id, class: ObjectClass) -> Option<(ObjectHandle, bool)> {
        let mut handles = lock(&self.handles);
        let place = handles.get_mut(&(*id, *class))?;
        let was_used = std::mem::replace(&mut place.was_used, true);
        Some((place.handle, was_used))
    }

    /// Remembers where an object is.
    pub(crate) fn remember(&self, id: &Id, class: ObjectClass, handle: ObjectHandle) {
        let mut handles = lock(&self.handles);
        let was_used = handles.pop(&(*id, *class)).is_some_and(|old| old.was_used);
        handles.put((*id, *class), Place { handle, was_used });
        if handles.len() > HANDLES {
            handles.pop_lru();
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
    pub(crate) fn forget(&self, id: &Id) {
        let mut handles = lock(&self.handles);
        for class in [
            ObjectClass::PRIVATE_KEY,
            ObjectClass::PUBLIC_KEY,
            ObjectClass::SECRET_KEY,
        ] {
            handles.pop(&(*id, *class));
        }
    }
}

/// A call that panicked while it held one of these left nothing half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
