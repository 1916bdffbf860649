//! The one tokio runtime of the process, and what becomes of it when the process forks.
//!
//! A fork copies one thread and no others. In the child the parent's workers are gone, and its
//! epoll is shared with the parent. So the child forgets the runtime (dropping it would wait for
//! threads that are not there, and take the parent's sockets off the epoll) and makes its own.

use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::process;
use std::sync::{Mutex, PoisonError, RwLock, RwLockWriteGuard};
use std::task::{Context, Poll};

use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

/// All work on the runtime is waiting for sockets; the second thread is for when the first hashes.
const WORKERS: usize = 2;

struct Owned {
    process: u32,
    runtime: Runtime,
}

static RUNTIME: Mutex<Option<Owned>> = Mutex::new(None);

/// Held for reading while a future is polled and for writing while the process forks, so that no
/// lock within the client is caught in the middle and stays locked in the child.
static POLLING: RwLock<()> = RwLock::new(());

thread_local! {
    static FORKING: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) };
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
    let work = Careful(Some(Box::pin(work)));
    Ok(owned.runtime.spawn(work).abort_handle())
}

/// A future that is polled, and dropped when it is done, only while no fork goes on.
struct Careful<F>(Option<Pin<Box<F>>>);

impl<F: Future<Output = ()>> Future for Careful<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let _guard = POLLING.read().unwrap_or_else(PoisonError::into_inner);
        let Some(work) = &mut self.0 else {
            return Poll::Ready(());
        };
        let poll = work.as_mut().poll(context);
        if poll.is_ready() {
            self.0 = None;
        }
        poll
    }
}

/// For `os.register_at_fork(before=…)`: waits until nothing is polled.
#[pyfunction]
pub(crate) fn before_fork(py: Python<'_>) {
    // Without the interpreter's lock, which whatever drops a Python object may wait for.
    py.detach(|| {
        let guard = POLLING.write().unwrap_or_else(PoisonError::into_inner);
        FORKING.with(|forking| *forking.borrow_mut() = Some(guard));
    });
}

/// For `os.register_at_fork(after_in_parent=…)`.
#[pyfunction]
pub(crate) fn after_fork_in_parent() {
    FORKING.with(|forking| *forking.borrow_mut() = None);
}

/// For `os.register_at_fork(after_in_child=…)`.
#[pyfunction]
pub(crate) fn after_fork_in_child() {
    FORKING.with(|forking| *forking.borrow_mut() = None);
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
