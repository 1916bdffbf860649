//! TLS connections without sockets, whose private keys stay in the service.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parsec_client::tls;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::asyncio::awaitable;
use crate::blocking::interruptible;
use crate::convert::{Answer, Data};
use crate::error::{Failure, guard, panicked, raise};
use crate::generated::{asynchronous, blocking};

/// The key of a certificate, async or blocking.
#[derive(FromPyObject)]
enum Identity<'py> {
    Blocking(PyRef<'py, blocking::key::Key>),
    Async(PyRef<'py, asynchronous::key::Key>),
}

/// The versions of TLS from `min` to `max`, each 2 or 3 for TLS 1.2 or 1.3.
fn versions(min: u8, max: u8) -> (tls::Version, tls::Version) {
    let version = |minor| match minor {
        2 => tls::Version::Tls12,
        _ => tls::Version::Tls13,
    };
    (version(min), version(max))
}

fn signing_key(
    py: Python<'_>,
    key: &Identity<'_>,
) -> PyResult<parsec_client::blocking::SigningKey> {
    let key = match key {
        Identity::Blocking(key) => key.key().clone(),
        Identity::Async(key) => {
            let key = key.key();
            py.detach(|| key.to_blocking())
        }
    };
    key.into_signing_key().map_err(raise)
}

/// The configuration of TLS clients: trusted roots and identity.
#[pyclass(frozen, module = "parsec_client._native")]
pub(crate) struct TlsConfig(tls::ClientConfig);

#[pymethods]
impl TlsConfig {
    #[new]
    #[pyo3(signature = (roots, certificate_chain, key, alpn, min, max))]
    fn new(
        py: Python<'_>,
        roots: Option<&Bound<'_, PyAny>>,
        certificate_chain: Option<&Bound<'_, PyAny>>,
        key: Option<Identity<'_>>,
        alpn: Vec<String>,
        min: u8,
        max: u8,
    ) -> PyResult<Self> {
        guard(|| {
            let roots = Data::of_some("roots", roots)?;
            let certificate_chain = Data::of_some("certificate_chain", certificate_chain)?;
            let mut builder = tls::ClientConfig::builder();
            if let Some(roots) = &roots {
                builder = builder.roots_pem(roots).map_err(raise)?;
            }
            if let (Some(chain), Some(key)) = (&certificate_chain, &key) {
                let key = signing_key(py, key)?;
                builder = builder.identity(chain, key).map_err(raise)?;
            }
            let alpn: Vec<_> = alpn.iter().map(String::as_str).collect();
            let (min, max) = versions(min, max);
            let builder = builder.alpn(&alpn).versions(min, max);
            Ok(Self(builder.build().map_err(raise)?))
        })
    }
}

/// The configuration of TLS servers: certificates, their keys, and the clients to accept.
#[pyclass(frozen, module = "parsec_client._native")]
pub(crate) struct TlsServerConfig(tls::ServerConfig);

#[pymethods]
impl TlsServerConfig {
    #[new]
    #[pyo3(signature = (identities, client_roots, clients_optional, alpn, min, max))]
    fn new(
        py: Python<'_>,
        identities: Vec<(Bound<'_, PyAny>, Identity<'_>)>,
        client_roots: Option<&Bound<'_, PyAny>>,
        clients_optional: bool,
        alpn: Vec<String>,
        min: u8,
        max: u8,
    ) -> PyResult<Self> {
        guard(|| {
            let mut builder = tls::ServerConfig::builder();
            for (chain, key) in &identities {
                let chain = Data::of("certificate_chain", chain)?;
                let key = signing_key(py, key)?;
                builder = builder.identity(&chain, key).map_err(raise)?;
            }
            if let Some(roots) = Data::of_some("roots", client_roots)? {
                builder = builder.client_roots_pem(&roots).map_err(raise)?;
            }
            if clients_optional {
                builder = builder.client_certificates_optional();
            }
            let alpn: Vec<_> = alpn.iter().map(String::as_str).collect();
            let (min, max) = versions(min, max);
            let builder = builder.alpn(&alpn).versions(min, max);
            Ok(Self(builder.build().map_err(raise)?))
        })
    }
}

/// A TLS connection: bytes in, bytes out.
#[pyclass(frozen, module = "parsec_client._native")]
pub(crate) struct TlsConnection(Arc<Mutex<tls::Connection>>);

fn locked(connection: &Mutex<tls::Connection>) -> MutexGuard<'_, tls::Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TlsConnection {
    fn connection(&self) -> MutexGuard<'_, tls::Connection> {
        locked(&self.0)
    }

    fn of(connection: tls::Connection) -> Self {
        Self(Arc::new(Mutex::new(connection)))
    }
}

#[pymethods]
impl TlsConnection {
    /// Starts a connection to the server of this name.
    #[staticmethod]
    fn client(config: &TlsConfig, server_name: &str) -> PyResult<Self> {
        guard(|| {
            let connection = tls::Connection::new(&config.0, server_name);
            Ok(Self::of(connection.map_err(raise)?))
        })
    }

    /// Starts the server's side of a connection.
    #[staticmethod]
    fn server(config: &TlsServerConfig) -> PyResult<Self> {
        guard(|| {
            let connection = tls::Connection::accept(&config.0);
            Ok(Self::of(connection.map_err(raise)?))
        })
    }

    /// Processes bytes from the peer; waits for the signature during the handshake.
    fn receive(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<()> {
        guard(|| {
            let data = Data::of("data", data)?;
            interruptible(py, || self.connection().receive(&data))?.map_err(raise)
        })
    }

    /// The same, for asyncio: a thread of the runtime waits for the signature.
    fn receive_async<'py>(&self, py: Python<'py>, data: &Bound<'_, PyAny>) -> Answer<'py> {
        guard(|| {
            let data = Data::of("data", data)?;
            let connection = self.0.clone();
            awaitable(py, async move {
                let receive = move || locked(&connection).receive(&data);
                match tokio::task::spawn_blocking(receive).await {
                    Ok(received) => Ok(received?),
                    Err(failed) => Err(match failed.try_into_panic() {
                        Ok(panic) => panicked(&*panic),
                        Err(_) => Failure::Panic("the runtime has stopped".into()),
                    }),
                }
            })
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

    /// Takes the bytes to send to the peer.
    fn to_peer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(|| {
            let bytes = py.detach(|| self.connection().to_peer());
            Ok(PyBytes::new(py, &bytes))
        })
    }

    /// Takes the decrypted data from the peer.
    fn plaintext<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(|| {
            let bytes = py.detach(|| self.connection().plaintext());
            Ok(PyBytes::new(py, &bytes))
        })
    }

    /// The name that the client requests.
    #[getter]
    fn requested_server_name(&self, py: Python<'_>) -> PyResult<Option<String>> {
        guard(|| {
            let name = || self.connection().requested_server_name().map(str::to_owned);
            Ok(py.detach(name))
        })
    }

    /// The cipher suite by its name in the registry of the IANA.
    #[getter]
    fn cipher_suite(&self, py: Python<'_>) -> PyResult<Option<String>> {
        guard(|| Ok(py.detach(|| self.connection().cipher_suite())))
    }

    /// Whether the connection resumed an earlier session.
    #[getter]
    fn is_resumed(&self, py: Python<'_>) -> PyResult<bool> {
        guard(|| Ok(py.detach(|| self.connection().is_resumed())))
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
