//! The one tokio runtime of the process, and what becomes of it when the process forks.
//!
//! A fork copies one thread and no others. In the child the parent's workers are gone, and its
//! epoll is shared with the parent. So the child forgets the runtime (dropping it would wait for
//! threads that are not there, and take the parent's sockets off the epoll) and makes its own.

use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::process;
use std::sync::{Mutex, PoisonError};

use parsec_client::fork::{self, Hold};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

/// All work on the runtime is waiting for sockets, but for hashing what is signed, which takes a
/// millisecond or so a megabyte. With a second thread the two wake each other for every answer,
/// which costs more than half of the calls a second.
const WORKERS: usize = 1;

struct Owned {
    process: u32,
    runtime: Runtime,
}

static RUNTIME: Mutex<Option<Owned>> = Mutex::new(None);

thread_local! {
    static FORKING: RefCell<Option<Hold>> = const { RefCell::new(None) };
}

/// Starts `work`; aborting the handle drops it.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> PyResult<AbortHandle> {
    let mut owned = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = process::id();
    // For forks that Python did not see.
    if owned.as_ref().is_some_and(|owned| owned.process != process) {
        mem::forget(owned.take());
    }
    let owned = match &mut *owned {
        Some(owned) => owned,
        none => none.insert(Owned {
            process,
            runtime: Builder::new_multi_thread()
                .worker_threads(WORKERS)
                .thread_name("parsec")
                .enable_all()
                .build()?,
        }),
    };
    Ok(owned.runtime.spawn(work).abort_handle())
}

/// For `os.register_at_fork(before=…)`: waits until no thread is within a client's lock.
#[pyfunction]
pub(crate) fn before_fork(py: Python<'_>) {
    // Without the interpreter's lock, so that nobody who has a client's waits for it. So no
    // thread may take a client's lock while it has the interpreter's.
    py.detach(|| FORKING.set(Some(fork::hold())));
}

/// For `os.register_at_fork(after_in_parent=…)`.
#[pyfunction]
pub(crate) fn after_fork_in_parent() {
    FORKING.set(None);
}

/// For `os.register_at_fork(after_in_child=…)`.
#[pyfunction]
pub(crate) fn after_fork_in_child() {
    FORKING.set(None);
    // No other thread of the child can hold this lock; one of the parent may have.
    if let Ok(mut owned) = RUNTIME.try_lock() {
        mem::forget(owned.take());
    }
}

/// For `atexit`: ends the runtime before the interpreter, which its threads might call.
#[pyfunction]
pub(crate) fn shut_down() {
    let owned = RUNTIME
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match owned {
        Some(owned) if owned.process == process::id() => owned.runtime.shutdown_background(),
        other => mem::forget(other),
    }
}
