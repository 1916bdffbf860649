//! A connection to a token: its sessions, and the handles of its objects.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki::context::Pkcs11;
use cryptoki::error::Error;
use cryptoki::object::{ObjectClass, ObjectHandle};
use cryptoki::session::{Session, SessionState};
use cryptoki::slot::{Limit, Slot, TokenInfo};
use lru::LruCache;

use crate::module::Running;
use crate::object::Id;

/// The maximum number of concurrent calls: network tokens gain from a few, no token gains from
/// many.
const MAX_WORKERS: u64 = 8;
/// The number of cached handles: a search visits all objects of the token.
const HANDLES: usize = 65_536;

/// The cached handle of an object.
struct Place {
    handle: ObjectHandle,
    was_used: bool,
}

/// A token that is logged in to, until it is removed or reset.
pub(crate) struct TokenConnection {
    /// The start of the library in which the connection was opened.
    pub(crate) start: u64,
    pub(crate) slot: Slot,
    pub(crate) info: TokenInfo,
    pkcs11: Pkcs11,
    /// Keeps the login alive while all other sessions are closed.
    _anchor: Mutex<Session>,
    idle: Mutex<Vec<Session>>,
    handles: Mutex<LruCache<(Id, u64), Place>>,
}

impl TokenConnection {
    /// Creates a connection. `anchor` is the session of the login, which stays open.
    pub(crate) fn new(running: &Running<'_>, slot: Slot, info: TokenInfo, anchor: Session) -> Self {
        Self {
            start: running.start(),
            slot,
            info,
            pkcs11: running.pkcs11.clone(),
            _anchor: Mutex::new(anchor),
            idle: Mutex::default(),
            // The memory is allocated on demand.
            handles: Mutex::new(LruCache::unbounded()),
        }
    }

    /// Whether the session is still logged in to the same token. The caller must hold the library.
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

    /// The cached handle of an object, and whether it was used before.
    pub(crate) fn known(&self, id: &Id, class: ObjectClass) -> Option<(ObjectHandle, bool)> {
        let mut handles = lock(&self.handles);
        let place = handles.get_mut(&(*id, *class))?;
        let was_used = std::mem::replace(&mut place.was_used, true);
        Some((place.handle, was_used))
    }

    /// Caches the handle of an object.
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

    /// The maximum number of concurrent calls of the token; one of its sessions is the anchor.
    pub(crate) fn workers(&self) -> usize {
        let sessions = match self.info.max_rw_session_count() {
            Limit::Max(count) => count.saturating_sub(1),
            Limit::Infinite | Limit::Unavailable => MAX_WORKERS,
        };
        sessions.clamp(1, MAX_WORKERS) as usize
    }

    /// Returns an idle session, or opens one.
    pub(crate) fn session(&self, module: &Pkcs11) -> Result<Session, Error> {
        let idle = lock(&self.idle).pop();
        idle.map_or_else(|| module.open_rw_session_no_drop(self.slot), Ok)
    }

    /// Removes the cached handles of a key.
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

/// Locks a mutex. The data is consistent even if a thread panicked while it held the lock.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
