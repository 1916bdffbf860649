//! TLS connection without a socket.

use std::fmt;
use std::io::{Read as _, Write as _};

use parsec_contracts::ErrorKind;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, HandshakeKind, ProtocolVersion, ServerConnection};

use super::client::ClientConfig;
use super::failure::{Role, failed};
use super::server::ServerConfig;
use crate::error::{Error, Result};

/// A TLS connection without a socket: bytes from the peer in, bytes to the peer out. See
/// [the module](super) for an example of a client, and [`ServerConfig`] for one of a server.
pub struct Connection {
    inner: rustls::Connection,
    role: Role,
    /// Decrypted data that the caller has not taken yet.
    plaintext: Vec<u8>,
    closed: bool,
}

impl Connection {
    /// Starts a connection to the server with this DNS name or IP address.
    /// [`Connection::to_peer`] returns the first bytes to send.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if it is not such a name.
    pub fn new(config: &ClientConfig, server_name: &str) -> Result<Self> {
        let name = ServerName::try_from(server_name.to_owned()).map_err(|error| {
            Error::invalid(
                format!("{server_name:?} is neither a DNS name nor an IP address"),
                "give the name in the server's certificate",
            )
            .with_source(error)
        })?;
        let inner = ClientConnection::new(config.inner.clone(), name)
            .map_err(|error| failed(error, Role::Client))?;
        Ok(Self::over(inner.into(), Role::Client))
    }

    /// Starts the server's side of a connection, which waits for the client's first bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] if rustls refuses the configuration.
    pub fn accept(config: &ServerConfig) -> Result<Self> {
        let inner = ServerConnection::new(config.inner.clone())
            .map_err(|error| failed(error, Role::Server))?;
        Ok(Self::over(inner.into(), Role::Server))
    }

    fn over(mut inner: rustls::Connection, role: Role) -> Self {
        // The caller bounds the queue: it takes the data out after each call.
        inner.set_buffer_limit(None);
        Self {
            inner,
            role,
            plaintext: Vec::new(),
            closed: false,
        }
    }

    /// Processes bytes from the peer; an empty slice means that the peer closed its stream.
    ///
    /// During the handshake this waits for the service's signature.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] if the handshake fails or the bytes are malformed, and the
    /// signature's error if signing failed. [`Connection::to_peer`] then returns the alert for
    /// the peer.
    pub fn receive(&mut self, mut bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            let early = !self.closed && self.inner.is_handshaking();
            self.closed = true;
            return if early {
                Err(self.closed_early())
            } else {
                Ok(())
            };
        }
        while !bytes.is_empty() {
            // Reading from memory fails only if too much data is unread, which the loop prevents.
            self.inner.read_tls(&mut bytes).map_err(|error| {
                wrong("the peer sends more data than fits the buffer").with_source(error)
            })?;
            let state = self
                .inner
                .process_new_packets()
                .map_err(|error| failed(error, self.role))?;
            let length = state.plaintext_bytes_to_read();
            let filled = self.plaintext.len();
            self.plaintext.resize(filled + length, 0);
            self.inner
                .reader()
                .read_exact(&mut self.plaintext[filled..])
                .map_err(|error| wrong("the decrypted data cannot be read").with_source(error))?;
            if state.peer_has_closed() {
                self.closed = true;
                break;
            }
        }
        Ok(())
    }

    /// Queues data for the peer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] if the connection has failed.
    pub fn send(&mut self, plaintext: &[u8]) -> Result<()> {
        self.inner
            .writer()
            .write_all(plaintext)
            .map_err(|error| wrong("the connection accepts no more data").with_source(error))
    }

    /// Queues the close_notify alert, which ends the connection cleanly.
    pub fn close(&mut self) {
        self.inner.send_close_notify();
    }

    /// Takes the bytes to send to the peer now; may be empty.
    pub fn to_peer(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.inner.wants_write() {
            // Writing to memory cannot fail.
            if self.inner.write_tls(&mut bytes).is_err() {
                break;
            }
        }
        bytes
    }

    /// Takes the decrypted data from the peer; may be empty.
    pub fn plaintext(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.plaintext)
    }

    /// Returns whether the handshake is in progress; until it ends, sending data is not safe.
    pub fn is_handshaking(&self) -> bool {
        self.inner.is_handshaking()
    }

    /// Returns whether the peer has closed the connection.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Returns the negotiated version: `TLSv1.2` or `TLSv1.3`.
    pub fn protocol_version(&self) -> Option<&'static str> {
        match self.inner.protocol_version()? {
            ProtocolVersion::TLSv1_2 => Some("TLSv1.2"),
            ProtocolVersion::TLSv1_3 => Some("TLSv1.3"),
            _ => None,
        }
    }

    /// Returns the negotiated application protocol (RFC 7301).
    pub fn alpn_protocol(&self) -> Option<Vec<u8>> {
        self.inner.alpn_protocol().map(<[u8]>::to_vec)
    }

    /// Returns the name of the negotiated cipher suite in the registry of the IANA:
    /// `TLS_AES_128_GCM_SHA256`.
    pub fn cipher_suite(&self) -> Option<String> {
        let suite = self.inner.negotiated_cipher_suite()?.suite();
        // rustls marks the suites of TLS 1.3 in their names.
        Some(suite.as_str()?.replace("TLS13_", "TLS_"))
    }

    /// Returns whether the connection resumed the session of an earlier one.
    pub fn is_resumed(&self) -> bool {
        self.inner.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// Returns the server name that the client requests (SNI); `None` for a client.
    pub fn requested_server_name(&self) -> Option<&str> {
        match &self.inner {
            rustls::Connection::Server(server) => server.server_name(),
            rustls::Connection::Client(_) => None,
        }
    }

    /// Returns the peer's certificate chain in DER, its own certificate first. Empty if the peer is a
    /// client without a certificate.
    pub fn peer_certificates(&self) -> Vec<Vec<u8>> {
        let certificates = self.inner.peer_certificates().unwrap_or_default();
        certificates
            .iter()
            .map(|certificate| certificate.to_vec())
            .collect()
    }

    fn closed_early(&self) -> Error {
        let (peer, advice) = match self.role {
            Role::Client => (
                "server",
                "see its log; it may require another client certificate",
            ),
            Role::Server => ("client", "see its log; it may not trust the certificate"),
        };
        Error::new(
            ErrorKind::Protocol,
            format!("TLS: the {peer} closed the connection during the handshake"),
            advice,
        )
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("is_handshaking", &self.is_handshaking())
            .field("is_closed", &self.closed)
            .finish_non_exhaustive()
    }
}

fn wrong(what: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!("TLS: {what}"),
        "open a new connection",
    )
}
