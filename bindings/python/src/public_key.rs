//! Public keys.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert::Data;
use crate::error::{guard, raise};

/// A public key.
#[pyclass(frozen, eq, from_py_object, module = "parsec_client._native")]
#[derive(Clone, PartialEq)]
pub(crate) struct PublicKey(pub(crate) parsec_client::PublicKey);

#[pymethods]
impl PublicKey {
    /// Parses a DER `SubjectPublicKeyInfo`.
    #[staticmethod]
    fn from_der(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        guard(|| {
            let data = Data::of("data", data)?;
            parsec_client::PublicKey::from_der(&data)
                .map(Self)
                .map_err(raise)
        })
    }

    /// Parses PEM.
    #[staticmethod]
    fn from_pem(text: &str) -> PyResult<Self> {
        guard(|| {
            parsec_client::PublicKey::from_pem(text)
                .map(Self)
                .map_err(raise)
        })
    }

    fn to_der<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(|| Ok(PyBytes::new(py, &self.0.to_der())))
    }

    fn to_pem(&self) -> PyResult<String> {
        guard(|| Ok(self.0.to_pem()))
    }

    fn to_jwk(&self) -> PyResult<String> {
        guard(|| self.0.to_jwk().map_err(raise))
    }

    #[getter]
    fn raw<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(|| Ok(PyBytes::new(py, self.0.raw())))
    }

    #[getter]
    fn bits(&self) -> PyResult<u32> {
        guard(|| Ok(self.0.bits()))
    }

    #[getter]
    fn description(&self) -> PyResult<String> {
        guard(|| Ok(self.0.description()))
    }
}
