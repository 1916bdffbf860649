//! Safe forks of a process with threads: for bindings, and for programs that fork.
//!
//! The child has a copy of each lock that another thread of its parent held at the fork, and no
//! thread that will release it. A client holds its locks briefly, never while it waits for the
//! service. [`hold`] waits until no lock is held, and blocks new ones.
//!
//! ```
//! let held = parsec_client::fork::hold();
//! // Fork here.
//! drop(held); // in the parent and in the child
//! ```

use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

static FORKS: RwLock<()> = RwLock::new(());

/// Guard: no lock of a client is held while it exists.
#[must_use]
pub struct Hold(#[expect(dead_code, reason = "held")] RwLockWriteGuard<'static, ()>);

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold").finish_non_exhaustive()
    }
}

/// Waits until no thread holds a client's lock. Until the guard is dropped, threads that need one
/// wait.
pub fn hold() -> Hold {
    Hold(FORKS.write().unwrap_or_else(PoisonError::into_inner))
}

/// Runs a critical section, during which no fork may happen because a lock is held. It must not
/// wait or contain another section.
pub fn section<R>(critical: impl FnOnce() -> R) -> R {
    let _read = FORKS.read().unwrap_or_else(PoisonError::into_inner);
    critical()
}
