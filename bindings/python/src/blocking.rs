//! Blocking calls, which release the interpreter's lock.

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use parsec_client::interrupt;
use pyo3::BoundObject as _;
use pyo3::prelude::*;

use crate::error::{Failure, panicked};

/// Runs `work`, which never awaits: the blocking client returns when a response is there.
pub(crate) fn run<'py, F, T>(py: Python<'py>, work: F) -> PyResult<Bound<'py, PyAny>>
where
    F: Future<Output = Result<T, Failure>> + Send + 'static,
    T: for<'a> IntoPyObject<'a> + Send + 'static,
{
    let done = interruptible(py, || {
        let mut context = Context::from_waker(Waker::noop());
        let polled = catch_unwind(AssertUnwindSafe(|| pin!(work).poll(&mut context)));
        match polled {
            Ok(Poll::Ready(result)) => result,
            Ok(Poll::Pending) => Err(Failure::Panic("a blocking call awaited".into())),
            Err(panic) => Err(panicked(&*panic)),
        }
    })??;
    match done.into_pyobject(py) {
        Ok(value) => Ok(value.into_any().unbind().into_bound(py)),
        Err(error) => Err(error.into()),
    }
}

/// Runs `work` without the interpreter's lock, and raises what a handler of a signal raises while its
/// calls wait for the service: `KeyboardInterrupt` after Ctrl-C.
pub(crate) fn interruptible<R: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> R + Send,
) -> PyResult<R> {
    let (raised, result) = py.detach(|| {
        let raised: Rc<RefCell<Option<PyErr>>> = Rc::default();
        let check = {
            let raised = raised.clone();
            move || {
                // Once it is true, it stays so.
                if raised.borrow().is_some() {
                    return true;
                }
                // Handlers run on the main thread only; on others this does nothing.
                let error = Python::attach(|py| py.check_signals()).err();
                let is_interrupted = error.is_some();
                raised.replace(error);
                is_interrupted
            }
        };
        let result = interrupt::checking(Rc::new(check), work);
        (raised.take(), result)
    });
    match raised {
        Some(error) => Err(error),
        None => Ok(result),
    }
}
