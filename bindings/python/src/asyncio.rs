//! Awaitables: futures of asyncio that the runtime's threads settle.
//!
//! A runtime's thread never touches the interpreter. It queues what came out and, if the queue
//! was empty, writes a byte to a socket that the event loop watches; the loop's own thread then
//! settles everything that is queued. So a slow Python thread cannot hold up the sockets, and
//! many answers cost one wake-up.

use std::cell::RefCell;
use std::future::Future;
use std::io::{Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use pyo3::BoundObject as _;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyWeakrefReference;
use tokio::task::AbortHandle;

use crate::error::{Failure, panicked};
use crate::runtime;

/// What a future of asyncio shall become, to be made on the loop's thread.
type Outcome = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// What is to be settled, and the end of the socket that wakes the loop.
struct Queue {
    settled: Mutex<Vec<(Py<PyAny>, Outcome)>>,
    bell: UnixStream,
}

impl Queue {
    fn push(&self, future: Py<PyAny>, outcome: Outcome) {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let first = settled.is_empty();
        settled.push((future, outcome));
        drop(settled);
        if first {
            // It fails when the loop is gone, and then nobody waits.
            let _ = (&self.bell).write(&[1]);
        }
    }
}

/// What an event loop calls when its bell rang.
#[pyclass(frozen, module = "parsec._native", name = "_Settle")]
struct Settle {
    queue: Arc<Queue>,
    bell: UnixStream,
}

#[pymethods]
impl Settle {
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        let mut rung = [0; 64];
        while let Ok(count) = (&self.bell).read(&mut rung) {
            if count < rung.len() {
                break;
            }
        }
        let settled = {
            let mut queue = self.queue.settled.lock();
            let queue = queue.as_mut().unwrap_or_else(|broken| broken.get_mut());
            std::mem::take(&mut **queue)
        };
        for (future, outcome) in settled {
            let future = future.bind(py);
            // It was cancelled in the meantime.
            if future.call_method0(intern!(py, "done"))?.is_truthy()? {
                continue;
            }
            match outcome(py) {
                Ok(value) => future.call_method1(intern!(py, "set_result"), (value,))?,
                Err(error) => future.call_method1(intern!(py, "set_exception"), (error,))?,
            };
        }
        Ok(())
    }
}

/// Drops the work when whoever awaits it stops waiting.
#[pyclass(frozen, module = "parsec._native", name = "_Abort")]
struct Abort(AbortHandle);

#[pymethods]
impl Abort {
    fn __call__(&self, future: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = future.py();
        if future.call_method0(intern!(py, "cancelled"))?.is_truthy()? {
            self.0.abort();
        }
        Ok(())
    }
}

struct Known {
    event_loop: Py<PyWeakrefReference>,
    queue: Arc<Queue>,
}

thread_local! {
    /// A thread mostly runs one loop, again and again.
    static LAST: RefCell<Option<Known>> = const { RefCell::new(None) };
}

/// The queue of each loop, as long as the loop lives.
static QUEUES: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static RUNNING_LOOP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

fn queue_of(event_loop: &Bound<'_, PyAny>) -> PyResult<Arc<Queue>> {
    let py = event_loop.py();
    let last = LAST.with_borrow(|last| {
        last.as_ref()
            .filter(|known| {
                let same = known.event_loop.bind(py).upgrade();
                same.is_some_and(|same| same.is(event_loop))
            })
            .map(|known| known.queue.clone())
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
        let (bell, rung) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        rung.set_nonblocking(true)?;
        let descriptor = rung.as_raw_fd();
        let queue = Arc::new(Queue {
            settled: Mutex::new(Vec::new()),
            bell,
        });
        let settle = Settle {
            queue: queue.clone(),
            bell: rung,
        };
        let settle = Bound::new(py, settle)?;
        event_loop.call_method1("add_reader", (descriptor, &settle))?;
        queues.call_method1("__setitem__", (event_loop, settle))?;
        queue
    } else {
        known.cast_into::<Settle>()?.get().queue.clone()
    };
    let event_loop = PyWeakrefReference::new(event_loop)?.unbind();
    LAST.set(Some(Known {
        event_loop,
        queue: queue.clone(),
    }));
    Ok(queue)
}

/// A future of the running loop that becomes what `work` gives.
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
    let task = runtime::spawn(async move {
        let result = guarded(work).await;
        let outcome: Outcome = Box::new(move |py| match result {
            Ok(value) => match value.into_pyobject(py) {
                Ok(value) => Ok(value.into_any().unbind()),
                Err(error) => Err(error.into()),
            },
            Err(failure) => Err(failure.into()),
        });
        queue.push(promise, outcome);
    })?;
    future.call_method1(intern!(py, "add_done_callback"), (Abort(task),))?;
    Ok(future)
}

/// `work`, or what became of it when it panicked.
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
