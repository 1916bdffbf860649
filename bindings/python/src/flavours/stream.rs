//! Data in pieces. Compiled twice, see `client.rs` beside it.

use std::sync::{Arc, Mutex, PoisonError};

use parsec_client::fork::section;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use super::{api, run};
use crate::convert::{Answer, Blob, Data};
use crate::error::{Failure, guard};

/// Data that goes through the service in pieces.
#[pyclass(frozen, module = "parsec._native")]
pub(crate) struct Stream(Arc<Slot>);

/// Where the stream is while no call uses it.
struct Slot(Mutex<Option<api::Stream>>);

impl Slot {
    fn locked<R>(&self, work: impl FnOnce(&mut Option<api::Stream>) -> R) -> R {
        section(|| work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn take(&self) -> Option<api::Stream> {
        self.locked(Option::take)
    }

    fn put_back(&self, stream: api::Stream) {
        self.locked(|slot| *slot = Some(stream));
    }
}

impl Stream {
    pub(crate) fn new(stream: api::Stream) -> Self {
        Self(Arc::new(Slot(Mutex::new(Some(stream)))))
    }

    /// The stream, for the one call that uses it. What is not given back is aborted.
    fn take(&self, py: Python<'_>) -> PyResult<api::Stream> {
        py.detach(|| self.0.take())
            .ok_or_else(|| PyRuntimeError::new_err("the stream is over, or in use by another call"))
    }
}

#[pymethods]
impl Stream {
    /// Puts a piece in; what is ready comes out.
    fn update<'py>(&self, py: Python<'py>, piece: &Bound<'_, PyAny>) -> Answer<'py> {
        guard(|| {
            let piece = Data::of("piece", piece)?;
            let mut stream = self.take(py)?;
            let slot = self.0.clone();
            run(py, async move {
                let out = wait!(stream.update(&piece))?;
                slot.put_back(stream);
                Ok::<_, Failure>(Blob::from(out))
            })
        })
    }

    /// Ends the stream: the rest comes out.
    fn finish<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let mut stream = self.take(py)?;
            run(py, async move {
                Ok::<_, Failure>(Blob::from(wait!(stream.finish())?))
            })
        })
    }

    /// Ends the stream without a result.
    fn abort<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let stream = py.detach(|| self.0.take());
            run(py, async move {
                if let Some(mut stream) = stream {
                    wait!(stream.abort())?;
                }
                Ok::<_, Failure>(())
            })
        })
    }
}
