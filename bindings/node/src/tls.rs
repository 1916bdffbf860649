//! TLS connections without sockets: JavaScript transports the bytes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::{ClassInstance, PromiseRaw, Uint8Array};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::tls::{ClientConfig, Connection, ServerConfig, Version};
use parsec_client::{AnyKey, blocking};

use crate::call::Call;
use crate::error::{failure, invalid};
use crate::keys::NativeKey;
use crate::promise::promise;

/// The configuration of TLS clients.
#[napi]
#[derive(Debug)]
pub struct TlsConfig {
    config: ClientConfig,
}

#[napi]
impl TlsConfig {
    /// Trusts the roots in each of `ca`, or the machine's roots if `ca` is empty. `chain` has the
    /// certificates of `key`. `versions` are the oldest and the latest, such as `TLSv1.2`.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        ca: Vec<Uint8Array>,
        chain: Option<&[u8]>,
        key: Option<&NativeKey>,
        alpn: Vec<String>,
        versions: Vec<String>,
    ) -> Result<Self> {
        let mut builder = ClientConfig::builder();
        for pem in ca {
            builder = builder.roots_pem(&pem).map_err(failure)?;
        }
        match (chain, key) {
            (None, None) => {}
            (Some(chain), Some(key)) => {
                builder = builder.identity(chain, signing(key)?).map_err(failure)?;
            }
            (None, Some(_)) => return Err(invalid("options.cert: the key needs its certificate")),
            (Some(_), None) => return Err(invalid("options.key: the certificate needs its key")),
        }
        if let Some((min, max)) = range(&versions)? {
            builder = builder.versions(min, max);
        }
        let config = builder.alpn(&texts(&alpn)).build().map_err(failure)?;
        Ok(Self { config })
    }
}

/// The configuration of TLS servers.
#[napi]
#[derive(Debug)]
pub struct TlsServerConfig {
    config: ServerConfig,
}

#[napi]
impl TlsServerConfig {
    /// Each of `chains` has the certificates of the key at the same place in `keys`. `client_ca` are
    /// the authorities of client certificates; without them, none is requested. With `optional`,
    /// clients without a certificate are accepted.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        chains: Vec<Uint8Array>,
        keys: Vec<ClassInstance<'_, NativeKey>>,
        alpn: Vec<String>,
        versions: Vec<String>,
        client_ca: Option<Vec<Uint8Array>>,
        optional: bool,
    ) -> Result<Self> {
        let mut builder = ServerConfig::builder();
        for (chain, key) in chains.iter().zip(&keys) {
            builder = builder.identity(chain, signing(key)?).map_err(failure)?;
        }
        for pem in client_ca.unwrap_or_default() {
            builder = builder.client_roots_pem(&pem).map_err(failure)?;
        }
        if optional {
            builder = builder.client_certificates_optional();
        }
        if let Some((min, max)) = range(&versions)? {
            builder = builder.versions(min, max);
        }
        let config = builder.alpn(&texts(&alpn)).build().map_err(failure)?;
        Ok(Self { config })
    }
}

/// The blocking handle of a key that signs.
fn signing(key: &NativeKey) -> Result<blocking::SigningKey> {
    match &key.key {
        AnyKey::Signing(key) => key.key().to_blocking().into_signing_key().map_err(failure),
        _ => Err(invalid("options.key: it does not sign")),
    }
}

/// The oldest and the latest version.
fn range(versions: &[String]) -> Result<Option<(Version, Version)>> {
    let version = |name: &str| match name {
        "TLSv1.2" => Ok(Version::Tls12),
        "TLSv1.3" => Ok(Version::Tls13),
        _ => Err(invalid(format!(
            "{} is not a version of TLS",
            parsec_client::quoted(name)
        ))),
    };
    match versions {
        [] => Ok(None),
        [min, max] => Ok(Some((version(min)?, version(max)?))),
        _ => Err(invalid("versions: must be the oldest and the latest")),
    }
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// A TLS connection: bytes in, bytes out.
#[napi]
#[derive(Debug)]
pub struct TlsConnection {
    connection: Arc<Mutex<Connection>>,
}

/// The state of a connection after a step, and its output.
#[napi(object, object_from_js = false)]
#[allow(
    missing_debug_implementations,
    reason = "arrays of JavaScript have none"
)]
pub struct TlsStep {
    /// Bytes to send to the peer.
    pub to_peer: Uint8Array,
    /// Decrypted data from the peer.
    pub plaintext: Uint8Array,
    /// Whether the handshake is in progress.
    pub handshaking: bool,
    /// Whether the peer has closed the connection.
    pub closed: bool,
    /// Why the connection failed; `to_peer` then has the alert for the peer.
    pub failure: Option<String>,
}

/// The negotiated parameters of the session.
#[napi(object, object_from_js = false)]
#[allow(
    missing_debug_implementations,
    reason = "arrays of JavaScript have none"
)]
pub struct TlsSession {
    /// `TLSv1.3` or `TLSv1.2`.
    pub protocol: Option<String>,
    /// The application protocol (ALPN).
    pub alpn: Option<String>,
    /// The cipher suite, in the registry of the IANA.
    pub cipher: Option<String>,
    /// Whether the session of an earlier connection was resumed.
    pub resumed: bool,
    /// The server name that the client requests (SNI).
    pub server_name: Option<String>,
    /// The peer's certificates, its own first, as DER.
    pub peer_certificates: Vec<Uint8Array>,
}

#[napi]
impl TlsConnection {
    /// Creates a connection to the server with this name.
    #[napi(constructor, catch_unwind)]
    pub fn new(config: &TlsConfig, server_name: String) -> Result<Self> {
        let connection = Connection::new(&config.config, &server_name).map_err(failure)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Creates the server's side of a connection.
    #[napi(factory, catch_unwind)]
    pub fn accept(config: &TlsServerConfig) -> Result<Self> {
        let connection = Connection::accept(&config.config).map_err(failure)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Performs a step of the handshake on another thread, because it may wait for a signature.
    #[napi(catch_unwind)]
    pub fn handshake<'env>(
        &self,
        env: &'env Env,
        received: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, TlsStep>> {
        let connection = self.connection.clone();
        let received = received.to_vec();
        let work = async move {
            let step = move || step(&mut lock(&connection), Some(&received));
            match tokio::task::spawn_blocking(step).await {
                Ok(step) => Ok(step),
                Err(panic) => std::panic::resume_unwind(panic.into_panic()),
            }
        };
        promise(env, call, work, |_, step| Ok(step))
    }

    /// Performs a step after the handshake, which needs no signature. Without received bytes,
    /// returns only the bytes to send.
    #[napi(catch_unwind)]
    pub fn receive(&self, received: Option<&[u8]>) -> TlsStep {
        step(&mut lock(&self.connection), received)
    }

    /// Encrypts plaintext and returns the bytes to send to the peer.
    #[napi(catch_unwind)]
    pub fn send(&self, plaintext: &[u8]) -> Result<Uint8Array> {
        let mut connection = lock(&self.connection);
        connection.send(plaintext).map_err(failure)?;
        Ok(connection.to_peer().into())
    }

    /// Closes the connection for sending and returns the bytes to send.
    #[napi(catch_unwind)]
    pub fn close(&self) -> Uint8Array {
        let mut connection = lock(&self.connection);
        connection.close();
        connection.to_peer().into()
    }

    /// The negotiated parameters of the session.
    #[napi(catch_unwind)]
    pub fn session(&self) -> TlsSession {
        let connection = lock(&self.connection);
        TlsSession {
            protocol: connection.protocol_version().map(ToOwned::to_owned),
            alpn: connection
                .alpn_protocol()
                .map(|name| String::from_utf8_lossy(&name).into_owned()),
            cipher: connection.cipher_suite(),
            resumed: connection.is_resumed(),
            server_name: connection.requested_server_name().map(ToOwned::to_owned),
            peer_certificates: connection
                .peer_certificates()
                .into_iter()
                .map(Uint8Array::from)
                .collect(),
        }
    }
}

fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Performs a step. A failure is part of its result, so that the alert is sent to the peer.
fn step(connection: &mut Connection, received: Option<&[u8]>) -> TlsStep {
    let outcome = received.map_or(Ok(()), |bytes| connection.receive(bytes));
    TlsStep {
        to_peer: connection.to_peer().into(),
        plaintext: connection.plaintext().into(),
        handshaking: connection.is_handshaking(),
        closed: connection.is_closed(),
        failure: outcome.err().map(|error| failure(error).reason.clone()),
    }
}
