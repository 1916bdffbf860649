//! Conversions between Python's values and those of the client.

use std::ops::Deref;
use std::time::Duration;

use parsec_client::{Hash, PrivateKey, ProviderId, Zeroizing};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};
use pyo3::{Borrowed, intern};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::raise;

/// The result of a call, or an awaitable of it.
pub(crate) type Answer<'py> = PyResult<Bound<'py, PyAny>>;

/// Bytes from Python. A `bytes` object, or a view of a whole one, is not copied; all other buffers
/// are copied once, because they could change while they are sent.
pub(crate) struct Data(PyBackedBytes);

impl Deref for Data {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Data {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Data {
    /// The bytes of an argument, which errors name.
    pub(crate) fn of(argument: &str, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self(bytes.clone().into()));
        }
        if let Ok(array) = object.cast::<PyByteArray>() {
            return Ok(Self(array.clone().into()));
        }
        if object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(format!(
                "argument '{argument}': a bytes-like object is needed, not str: encode it first, \
                 as text.encode() does"
            )));
        }
        let py = object.py();
        let view = PyMemoryView::from(object).map_err(|_| {
            let name = object.get_type().name();
            let name = name.map_or_else(|_| "this".to_owned(), |name| name.to_string());
            PyTypeError::new_err(format!(
                "argument '{argument}': a bytes-like object is needed, not {name}"
            ))
        })?;
        if !view.getattr(intern!(py, "c_contiguous"))?.is_truthy()? {
            return Err(PyValueError::new_err(format!(
                "argument '{argument}': the buffer is not contiguous; copy it first, as \
                 bytes(view) does"
            )));
        }
        let length: usize = view.getattr(intern!(py, "nbytes"))?.extract()?;
        let owner = view.getattr(intern!(py, "obj"))?;
        if let Ok(bytes) = owner.cast_into::<PyBytes>()
            && bytes.as_bytes().len() == length
        {
            return Ok(Self(bytes.into()));
        }
        let bytes = view.call_method0(intern!(py, "tobytes"))?;
        Ok(Self(bytes.cast_into::<PyBytes>()?.into()))
    }

    /// The bytes of several items of an argument.
    pub(crate) fn all(argument: &str, object: &Bound<'_, PyAny>) -> PyResult<Vec<Self>> {
        object
            .try_iter()?
            .map(|item| Self::of(argument, &item?))
            .collect()
    }

    /// Like [`Data::of`], for an argument that may be omitted.
    pub(crate) fn of_some(
        argument: &str,
        object: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<Self>> {
        object.map(|object| Self::of(argument, object)).transpose()
    }
}

/// Bytes for Python. Secret ones are wiped after the copy.
pub(crate) struct Blob<B>(B);

impl<B: AsRef<[u8]>> From<B> for Blob<B> {
    fn from(bytes: B) -> Self {
        Self(bytes)
    }
}

impl<'py, B: AsRef<[u8]>> IntoPyObject<'py> for Blob<B> {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = std::convert::Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyBytes::new(py, self.0.as_ref()))
    }
}

/// A provider by its number.
pub(crate) fn provider(number: u8) -> PyResult<ProviderId> {
    ProviderId::from_number(number).ok_or_else(|| {
        PyValueError::new_err(format!("provider: there is no provider of number {number}"))
    })
}

/// A key pair in any format.
pub(crate) fn private_key(material: &Data, passphrase: Option<String>) -> PyResult<PrivateKey> {
    let passphrase = passphrase.map(Zeroizing::new);
    let passphrase = passphrase.as_ref().map(|text| text.as_str());
    PrivateKey::parse(material, passphrase).map_err(raise)
}

/// A value of a contract's type from plain data.
pub(crate) fn value<T: DeserializeOwned>(argument: &str, object: &Bound<'_, PyAny>) -> PyResult<T> {
    let mut plain = pythonize::Depythonizer::from_object(object);
    serde_path_to_error::deserialize(&mut plain).map_err(|error| {
        let path = error.path().to_string();
        let place = if path == "." { "" } else { &path };
        let separator = if place.is_empty() { "" } else { ": " };
        let error = error.inner();
        PyTypeError::new_err(format!("argument '{argument}': {place}{separator}{error}"))
    })
}

/// A hash function by its name in the contracts.
pub(crate) struct HashName(pub(crate) Hash);

impl<'py> FromPyObject<'_, 'py> for HashName {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match pythonize::depythonize(&object) {
            Ok(hash) => Ok(Self(hash)),
            Err(_) => Err(PyValueError::new_err(format!(
                "there is no hash function called {}",
                object.str()?
            ))),
        }
    }
}

/// A value of a contract's type, as plain data.
pub(crate) struct Plain<T>(pub(crate) T);

impl<'py, T: Serialize> IntoPyObject<'py> for Plain<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(pythonize::pythonize(py, &self.0)?)
    }
}

/// A timeout in seconds.
pub(crate) fn seconds(timeout: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(timeout)
        .ok()
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| PyValueError::new_err("timeout: a number of seconds above 0 is needed"))
}
