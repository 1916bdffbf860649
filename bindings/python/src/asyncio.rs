//! Awaitables on asyncio futures that the runtime's threads settle.
//!
//! A runtime thread never touches the interpreter. It queues the outcome and, if the queue was
//! empty, writes a byte to a socket that the event loop watches. The loop's thread then settles
//! all queued futures. So a slow Python thread does not delay the sockets, and many responses need
//! one wake-up.

use std::cell::RefCell;
use std::future::Future;
use std::io::{Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use pyo3::BoundObject as _;
use pyo3::exceptions::{PyRuntimeError, PyStopIteration};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyWeakrefReference;
use tokio::task::AbortHandle;

use crate::error::{Failure, panicked};
use crate::runtime;

/// Converts the outcome of a call on the loop's thread.
type Outcome = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// The outcome of a call, until it is awaited.
type Slot = Arc<Mutex<Option<Outcome>>>;

/// The futures with an outcome, and the end of the socket that wakes the loop.
struct Queue {
    settled: Mutex<Vec<Py<PyAny>>>,
    wakeup: UnixStream,
}

impl Queue {
    fn push(&self, future: Py<PyAny>) {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let first = settled.is_empty();
        settled.push(future);
        drop(settled);
        if first {
            // Fails if the loop is closed; then no task waits.
            let _ = (&self.wakeup).write(&[1]);
        }
    }
}

/// The callback of an event loop that was woken.
#[pyclass(frozen, module = "parsec_client._native", name = "_Settle")]
struct Settle {
    queue: Arc<Queue>,
    wakeup_reader: UnixStream,
}

#[pymethods]
impl Settle {
    fn __call__(&self, py: Python<'_>) {
        let mut wakeups = [0; 64];
        while let Ok(count) = (&self.wakeup_reader).read(&mut wakeups) {
            if count < wakeups.len() {
                break;
            }
        }
        let settled = {
            let mut queue = self.queue.settled.lock();
            let queue = queue.as_mut().unwrap_or_else(|broken| broken.get_mut());
            std::mem::take(&mut **queue)
        };
        for future in settled {
            // Fails if the future was cancelled in the meantime.
            let set = future
                .bind(py)
                .call_method1(intern!(py, "set_result"), (py.None(),));
            drop(set);
        }
    }
}

/// The awaitable of a call: waits on a future of the loop, and takes the outcome from a shared
/// slot. Dropping it aborts the work.
#[pyclass(frozen, module = "parsec_client._native", name = "Call")]
pub(crate) struct Call {
    future: Py<PyAny>,
    slot: Slot,
    task: AbortHandle,
    process: u32,
}

impl Drop for Call {
    fn drop(&mut self) {
        // In a forked child, the locks of the parent's runtime may be held.
        if !self.task.is_finished() && self.process == process::id() {
            self.task.abort();
        }
    }
}

#[pymethods]
impl Call {
    fn __await__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let outcome = {
            let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
            slot.take()
        };
        if let Some(outcome) = outcome {
            return Err(PyStopIteration::new_err((outcome(py)?,)));
        }
        let future = self.future.bind(py);
        // It was awaited before or cancelled: this raises the future's exception, if any.
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            future.call_method0(intern!(py, "result"))?;
            return Err(PyRuntimeError::new_err("this call was awaited already"));
        }
        // Tells the task to wait, as in a future's own `__await__`.
        future.setattr(intern!(py, "_asyncio_future_blocking"), true)?;
        Ok(self.future.clone_ref(py))
    }
}

struct CachedQueue {
    event_loop: Py<PyWeakrefReference>,
    queue: Arc<Queue>,
}

thread_local! {
    /// The last loop of this thread: most threads run only one.
    static LAST: RefCell<Option<CachedQueue>> = const { RefCell::new(None) };
}

/// Returns the queue of a loop, which lives as long as the loop.
static QUEUES: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static RUNNING_LOOP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

fn queue_of(event_loop: &Bound<'_, PyAny>) -> PyResult<Arc<Queue>> {
    let py = event_loop.py();
    let last = LAST.with_borrow(|last| {
        last.as_ref()
            .filter(|cached| {
                let same = cached.event_loop.bind(py).upgrade();
                same.is_some_and(|same| same.is(event_loop))
            })
            .map(|cached| cached.queue.clone())
    });
    if let Some(queue) = last {
        return Ok(queue);
    }
    let queues = QUEUES.get_or_try_init(py, || -> PyResult<_> {
        let class = py.import("weakref")?.getattr("WeakKeyDictionary")?;
        Ok(class.call0()?.unbind())
    })?;
    let queues = queues.bind(py);
    let known = queues.call_method1("get", (event_loop,))?;
    let queue = if known.is_none() {
        let (wakeup, wakeup_reader) = UnixStream::pair()?;
        wakeup.set_nonblocking(true)?;
        wakeup_reader.set_nonblocking(true)?;
        let descriptor = wakeup_reader.as_raw_fd();
        let queue = Arc::new(Queue {
            settled: Mutex::new(Vec::new()),
            wakeup,
        });
        let settle = Settle {
            queue: queue.clone(),
            wakeup_reader,
        };
        let settle = Bound::new(py, settle)?;
        event_loop.call_method1("add_reader", (descriptor, &settle))?;
        queues.call_method1("__setitem__", (event_loop, settle))?;
        queue
    } else {
        known.cast_into::<Settle>()?.get().queue.clone()
    };
    let event_loop = PyWeakrefReference::new(event_loop)?.unbind();
    LAST.set(Some(CachedQueue {
        event_loop,
        queue: queue.clone(),
    }));
    Ok(queue)
}

/// Returns an awaitable for the running loop, with the outcome of `work`.
pub(crate) fn awaitable<'py, F, T>(py: Python<'py>, work: F) -> PyResult<Bound<'py, PyAny>>
where
    F: Future<Output = Result<T, Failure>> + Send + 'static,
    T: for<'a> IntoPyObject<'a> + Send + 'static,
{
    let running = RUNNING_LOOP.get_or_try_init(py, || -> PyResult<_> {
        Ok(py.import("asyncio")?.getattr("get_running_loop")?.unbind())
    })?;
    let event_loop = running.bind(py).call0()?;
    let queue = queue_of(&event_loop)?;
    let future = event_loop.call_method0(intern!(py, "create_future"))?;
    let promise = future.clone().unbind();
    let slot = Slot::default();
    let result_slot = slot.clone();
    let task = runtime::spawn(async move {
        let result = guarded(work).await;
        let outcome: Outcome = Box::new(move |py| match result {
            Ok(value) => match value.into_pyobject(py) {
                Ok(value) => Ok(value.into_any().unbind()),
                Err(error) => Err(error.into()),
            },
            Err(failure) => Err(failure.into()),
        });
        *result_slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        queue.push(promise);
    })?;
    let call = Call {
        future: future.unbind(),
        slot,
        task,
        process: process::id(),
    };
    Ok(Bound::new(py, call)?.into_any())
}

/// Runs `work`, and converts a panic to a failure.
async fn guarded<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    struct Guarded<'a, F>(Pin<&'a mut F>);
    impl<T, F: Future<Output = Result<T, Failure>>> Future for Guarded<'_, F> {
        type Output = Result<T, Failure>;

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
            let work = self.0.as_mut();
            catch_unwind(AssertUnwindSafe(|| work.poll(context)))
                .unwrap_or_else(|panic| Poll::Ready(Err(panicked(&*panic))))
        }
    }
    Guarded(pin!(work)).await
}
