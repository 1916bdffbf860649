// {{ banner }}

//! Data in pieces.

use std::sync::{Arc, Mutex, PoisonError};

use parsec_client::fork::section;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use super::{api, run};
use crate::convert::{Answer, Blob, Data};
use crate::error::{Failure, guard};

/// Data that goes through the service in pieces.
#[pyclass(frozen, module = "parsec_client._native", name = "{% if !is_blocking %}Async{% endif %}Stream")]
pub(crate) struct Stream(Arc<Slot>);

/// Holds the stream while no call uses it.
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

    /// The stream, for one call. Dropping it aborts it.
    fn take(&self, py: Python<'_>) -> PyResult<api::Stream> {
        py.detach(|| self.0.take())
            .ok_or_else(|| PyRuntimeError::new_err("the stream has ended, or another call uses it"))
    }
}

#[pymethods]
impl Stream {
    /// Sends a piece, and returns the output that is ready.
    fn update<'py>(&self, py: Python<'py>, piece: &Bound<'_, PyAny>) -> Answer<'py> {
        guard(|| {
            let piece = Data::of("piece", piece)?;
            let mut stream = self.take(py)?;
            let slot = self.0.clone();
            run(py, async move {
                let out = stream.update(&piece){{ wait }}?;
                slot.put_back(stream);
                Ok::<_, Failure>(Blob::from(out))
            })
        })
    }

    /// Ends the stream, and returns the rest of the output.
    fn finish<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let mut stream = self.take(py)?;
            run(py, async move {
                let out = stream.finish(){{ wait }}?;
                Ok::<_, Failure>(Blob::from(out))
            })
        })
    }

    /// Ends the stream without a result.
    fn abort<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let stream = py.detach(|| self.0.take());
            run(py, async move {
                if let Some(mut stream) = stream {
                    stream.abort(){{ wait }}?;
                }
                Ok::<_, Failure>(())
            })
        })
    }
}
