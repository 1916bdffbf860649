//! The tokio runtime of the process, and its handling at a fork.
//!
//! A fork copies only one thread. The child has none of the parent's workers, and shares its epoll
//! instance with the parent. So the child leaks the runtime (dropping it would wait for threads
//! that do not exist, and remove the parent's sockets from the epoll instance) and creates its own.

use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::process;
use std::sync::{Mutex, PoisonError};

use parsec_client::fork::{self, Hold};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

/// Number of worker threads. The runtime waits for sockets and hashes messages to sign, about a
/// millisecond per megabyte. With a second thread the two wake each other for every response, which
/// costs more than half of the throughput.
const WORKERS: usize = 1;

struct Owned {
    process: u32,
    runtime: Runtime,
}

static RUNTIME: Mutex<Option<Owned>> = Mutex::new(None);

thread_local! {
    static FORKING: RefCell<Option<Hold>> = const { RefCell::new(None) };
}

/// Spawns `work`; aborting the handle drops it.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> PyResult<AbortHandle> {
    let mut owned = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = process::id();
    // For forks that Python does not notice.
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

/// For `os.register_at_fork(before=…)`: waits until no thread holds a client's lock.
#[pyfunction]
pub(crate) fn before_fork(py: Python<'_>) {
    // Released here, so that no holder of a client's lock waits for the interpreter's lock.
    // Therefore no thread may take a client's lock while it holds the interpreter's.
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
    // No other thread of the child holds this lock; one of the parent may have held it.
    if let Ok(mut owned) = RUNTIME.try_lock() {
        mem::forget(owned.take());
    }
}

/// For `atexit`: shuts the runtime down before the interpreter, which its threads might call.
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
