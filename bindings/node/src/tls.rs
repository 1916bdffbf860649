//! TLS connections without sockets: JavaScript transports the bytes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::{PromiseRaw, Uint8Array};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::AnyKey;
use parsec_client::tls::{ClientConfig, Connection};

use crate::call::Call;
use crate::error::{failure, invalid};
use crate::keys::NativeKey;
use crate::promise::promise;

/// The configuration of TLS connections.
#[napi]
#[derive(Debug)]
pub struct TlsConfig {
    config: ClientConfig,
}

#[napi]
impl TlsConfig {
    /// Trusts the roots in each of `ca`, or the machine's roots if `ca` is empty. `chain` has the
    /// certificates of `key`.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        ca: Vec<Uint8Array>,
        chain: Option<&[u8]>,
        key: Option<&NativeKey>,
        alpn: Vec<String>,
    ) -> Result<Self> {
        let mut builder = ClientConfig::builder();
        for pem in ca {
            builder = builder.roots_pem(&pem).map_err(failure)?;
        }
        match (chain, key.map(|key| &key.key)) {
            (None, None) => {}
            (Some(chain), Some(AnyKey::Signing(key))) => {
                let key = key
                    .key()
                    .to_blocking()
                    .into_signing_key()
                    .map_err(failure)?;
                builder = builder.identity(chain, key).map_err(failure)?;
            }
            (_, Some(AnyKey::Signing(_))) => {
                return Err(invalid("cert: the key needs its certificate"));
            }
            (_, Some(_)) => return Err(invalid("key: it does not sign")),
            (_, None) => return Err(invalid("key: the certificate needs its key")),
        }
        let protocols: Vec<_> = alpn.iter().map(String::as_str).collect();
        let config = builder.alpn(&protocols).build().map_err(failure)?;
        Ok(Self { config })
    }
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
    /// Bytes to send to the server.
    pub to_server: Uint8Array,
    /// Decrypted data from the server.
    pub plaintext: Uint8Array,
    /// Whether the handshake is in progress.
    pub handshaking: bool,
    /// Whether the server has closed the connection.
    pub closed: bool,
    /// Why the connection failed; `to_server` then has the alert for the server.
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
    /// The server's certificates, its own first, as DER.
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

    /// Encrypts plaintext and returns the bytes to send to the server.
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

/// Performs a step. A failure is part of its result, so that the alert is sent to the server.
fn step(connection: &mut Connection, received: Option<&[u8]>) -> TlsStep {
    let outcome = received.map_or(Ok(()), |bytes| connection.receive(bytes));
    TlsStep {
        to_server: connection.to_peer().into(),
        plaintext: connection.plaintext().into(),
        handshaking: connection.is_handshaking(),
        closed: connection.is_closed(),
        failure: outcome.err().map(|error| failure(error).reason.clone()),
    }
}
