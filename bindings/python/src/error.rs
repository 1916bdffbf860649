//! Errors: one payload, from which `parsec_client._errors` creates the class for its kind.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parsec_client::Error;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Why a call failed.
pub(crate) enum Failure {
    /// An error of the client.
    Client(Error),
    /// A panic: a bug in the binding or the client.
    Panic(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}

/// Runs work on the interpreter's thread, and converts a panic to an error.
pub(crate) fn guard<R>(work: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(&*panic).into()))
}

/// Converts the payload of a panic.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Failure {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Failure::Panic(text.unwrap_or_else(|| "a panic".to_owned()))
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        Python::attach(|py| make(py, &failure).unwrap_or_else(|error| error))
    }
}

/// Converts an error of a call that needs no service.
pub(crate) fn raise(error: Error) -> PyErr {
    Failure::Client(error).into()
}

fn make(py: Python<'_>, failure: &Failure) -> PyResult<PyErr> {
    let payload = PyDict::new(py);
    match failure {
        Failure::Client(error) => {
            payload.set_item("kind", error.kind().name())?;
            payload.set_item("status", error.status_number())?;
            payload.set_item("detail", error.detail())?;
            payload.set_item("message", error.to_string())?;
            payload.set_item("advice", error.advice())?;
            payload.set_item("retryable", error.is_retryable())?;
            let wait = error.retry_after().map(|wait| wait.as_secs_f64());
            payload.set_item("retry_after", wait)?;
            payload.set_item("outcome_unknown", error.outcome_unknown())?;
            payload.set_item("operation", error.operation().map(|opcode| opcode.name()))?;
            payload.set_item("key_name", error.key_name())?;
        }
        Failure::Panic(text) => {
            payload.set_item("kind", "internal")?;
            let message = format!("the client failed: {text}; please report this");
            payload.set_item("message", message)?;
        }
    }
    let make = MAKE.get_or_try_init(py, || -> PyResult<_> {
        Ok(py
            .import("parsec_client._errors")?
            .getattr("make")?
            .unbind())
    })?;
    let exception = make.bind(py).call1((payload,))?;
    if exception.is_none() {
        return Err(PyRuntimeError::new_err(
            "parsec_client._errors.make returned no exception",
        ));
    }
    Ok(PyErr::from_value(exception))
}
