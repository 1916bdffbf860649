//! Forks of a process with threads: for bindings, and programs that fork by themselves.
//!
//! A child has a copy of each lock that another thread of its parent held when it was forked off,
//! and nobody there who will ever unlock it. A client holds its locks for moments only, never
//! while it waits for the service; [`hold`] waits until none is held, and keeps it so.
//!
//! ```
//! let held = parsec_client::fork::hold();
//! // Fork here.
//! drop(held); // in the parent and in the child
//! ```

use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

static FORKS: RwLock<()> = RwLock::new(());

/// No lock of a client is held while this lives.
#[must_use]
pub struct Hold(#[expect(dead_code, reason = "held")] RwLockWriteGuard<'static, ()>);

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold").finish_non_exhaustive()
    }
}

/// Waits until no thread is within a client's lock. Until the answer is dropped, threads that
/// need one wait.
pub fn hold() -> Hold {
    Hold(FORKS.write().unwrap_or_else(PoisonError::into_inner))
}

/// Does what no fork shall fall into: the moment in which a lock is held. Within it there must be
/// no other section, and no waiting.
pub fn section<R>(moment: impl FnOnce() -> R) -> R {
    let _read = FORKS.read().unwrap_or_else(PoisonError::into_inner);
    moment()
}
