//! TLS client connections without sockets, whose private key stays in the service.

use std::sync::{Mutex, MutexGuard, PoisonError};

use parsec_client::tls;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert::Data;
use crate::error::{guard, raise};
use crate::generated::{asynchronous, blocking};

/// The key of a client certificate, async or blocking.
#[derive(FromPyObject)]
enum Identity<'py> {
    Blocking(PyRef<'py, blocking::key::Key>),
    Async(PyRef<'py, asynchronous::key::Key>),
}

/// The configuration of TLS clients: trusted roots and identity.
#[pyclass(frozen, module = "parsec_client._native")]
pub(crate) struct TlsConfig(tls::ClientConfig);

#[pymethods]
impl TlsConfig {
    #[new]
    fn new(
        py: Python<'_>,
        roots: Option<&Bound<'_, PyAny>>,
        certificate_chain: Option<&Bound<'_, PyAny>>,
        key: Option<Identity<'_>>,
        alpn: Vec<String>,
    ) -> PyResult<Self> {
        guard(|| {
            let roots = Data::of_some("roots", roots)?;
            let certificate_chain = Data::of_some("certificate_chain", certificate_chain)?;
            let mut builder = tls::ClientConfig::builder();
            if let Some(roots) = &roots {
                builder = builder.roots_pem(roots).map_err(raise)?;
            }
            if let (Some(chain), Some(key)) = (&certificate_chain, &key) {
                let key = match key {
                    Identity::Blocking(key) => key.key().clone(),
                    Identity::Async(key) => {
                        let key = key.key();
                        py.detach(|| key.to_blocking())
                    }
                };
                let key = key.into_signing_key().map_err(raise)?;
                builder = builder.identity(chain, key).map_err(raise)?;
            }
            let alpn: Vec<_> = alpn.iter().map(String::as_str).collect();
            let config = builder.alpn(&alpn).build().map_err(raise)?;
            Ok(Self(config))
        })
    }
}

/// A TLS connection: bytes in, bytes out.
#[pyclass(frozen, module = "parsec_client._native")]
pub(crate) struct TlsConnection(Mutex<tls::Connection>);

impl TlsConnection {
    fn connection(&self) -> MutexGuard<'_, tls::Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl TlsConnection {
    #[new]
    fn new(config: &TlsConfig, server_name: &str) -> PyResult<Self> {
        guard(|| {
            let connection = tls::Connection::new(&config.0, server_name).map_err(raise)?;
            Ok(Self(Mutex::new(connection)))
        })
    }

    /// Processes bytes from the server; waits for the signature during the handshake.
    fn receive(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<()> {
        guard(|| {
            let data = Data::of("data", data)?;
            py.detach(|| self.connection().receive(&data))
                .map_err(raise)
        })
    }

    /// Queues application data.
    fn send(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<()> {
        guard(|| {
            let data = Data::of("data", data)?;
            py.detach(|| self.connection().send(&data)).map_err(raise)
        })
    }

    /// Queues the close_notify alert.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        guard(|| {
            py.detach(|| self.connection().close());
            Ok(())
        })
    }

    /// Takes the bytes to send to the server.
    fn to_server<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(|| {
            let bytes = py.detach(|| self.connection().to_peer());
            Ok(PyBytes::new(py, &bytes))
        })
    }

    /// Takes the decrypted data from the server.
    fn plaintext<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(|| {
            let bytes = py.detach(|| self.connection().plaintext());
            Ok(PyBytes::new(py, &bytes))
        })
    }

    #[getter]
    fn is_handshaking(&self, py: Python<'_>) -> PyResult<bool> {
        guard(|| Ok(py.detach(|| self.connection().is_handshaking())))
    }

    #[getter]
    fn is_closed(&self, py: Python<'_>) -> PyResult<bool> {
        guard(|| Ok(py.detach(|| self.connection().is_closed())))
    }

    #[getter]
    fn protocol_version(&self, py: Python<'_>) -> PyResult<Option<&'static str>> {
        guard(|| Ok(py.detach(|| self.connection().protocol_version())))
    }

    #[getter]
    fn alpn_protocol<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        guard(|| {
            let protocol = py.detach(|| self.connection().alpn_protocol());
            Ok(protocol.map(|protocol| PyBytes::new(py, &protocol)))
        })
    }

    #[getter]
    fn peer_certificates<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        guard(|| {
            let certificates = py.detach(|| self.connection().peer_certificates());
            Ok(certificates
                .iter()
                .map(|der| PyBytes::new(py, der))
                .collect())
        })
    }
}
