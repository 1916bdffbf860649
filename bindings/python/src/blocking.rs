//! Blocking calls, which release the interpreter's lock.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use pyo3::BoundObject as _;
use pyo3::prelude::*;

use crate::error::{Failure, panicked};

/// Runs `work`, which never awaits: the blocking client returns when a response is there.
pub(crate) fn run<'py, F, T>(py: Python<'py>, work: F) -> PyResult<Bound<'py, PyAny>>
where
    F: Future<Output = Result<T, Failure>> + Send + 'static,
    T: for<'a> IntoPyObject<'a> + Send + 'static,
{
    let done = py.detach(|| {
        let mut context = Context::from_waker(Waker::noop());
        let polled = catch_unwind(AssertUnwindSafe(|| pin!(work).poll(&mut context)));
        match polled {
            Ok(Poll::Ready(result)) => result,
            Ok(Poll::Pending) => Err(Failure::Panic("a blocking call awaited".into())),
            Err(panic) => Err(panicked(&*panic)),
        }
    })?;
    match done.into_pyobject(py) {
        Ok(value) => Ok(value.into_any().unbind().into_bound(py)),
        Err(error) => Err(error.into()),
    }
}
