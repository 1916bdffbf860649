//! TLS client connection without a socket.

use std::fmt;
use std::io::{Read as _, Write as _};

use parsec_contracts::ErrorKind;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, OtherError, ProtocolVersion};

use super::ClientConfig;
use crate::error::{Error, Result};

/// A TLS client connection without a socket: bytes from the server in, bytes to the server out. See
/// [the module](super) for an example.
pub struct Connection {
    inner: ClientConnection,
    /// Decrypted data that the caller has not taken yet.
    plaintext: Vec<u8>,
    closed: bool,
}

impl Connection {
    /// Starts a connection to the server with this DNS name or IP address.
    /// [`Connection::to_server`] returns the first bytes to send.
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
        let mut inner = ClientConnection::new(config.inner.clone(), name).map_err(failed)?;
        // The caller bounds the queue: it takes the data out after each call.
        inner.set_buffer_limit(None);
        Ok(Self {
            inner,
            plaintext: Vec::new(),
            closed: false,
        })
    }

    /// Processes bytes from the server; an empty slice means that the server closed its stream.
    ///
    /// During the handshake this waits for the service's signature.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] if the handshake fails or the bytes are malformed, and the
    /// signature's error if signing failed. [`Connection::to_server`] then returns the alert for
    /// the server.
    pub fn receive(&mut self, mut bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            let early = !self.closed && self.inner.is_handshaking();
            self.closed = true;
            return if early { Err(closed_early()) } else { Ok(()) };
        }
        while !bytes.is_empty() {
            // Reading from memory fails only if too much data is unread, which the loop prevents.
            self.inner.read_tls(&mut bytes).map_err(|error| {
                wrong("the server sends more data than fits the buffer").with_source(error)
            })?;
            let state = self.inner.process_new_packets().map_err(failed)?;
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

    /// Queues data for the server.
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

    /// Takes the bytes to send to the server now; may be empty.
    pub fn to_server(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.inner.wants_write() {
            // Writing to memory cannot fail.
            if self.inner.write_tls(&mut bytes).is_err() {
                break;
            }
        }
        bytes
    }

    /// Takes the decrypted data from the server; may be empty.
    pub fn plaintext(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.plaintext)
    }

    /// Returns whether the handshake is in progress; until it ends, sending data is not safe.
    pub fn is_handshaking(&self) -> bool {
        self.inner.is_handshaking()
    }

    /// Returns whether the server has closed the connection.
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

    /// Returns the server's certificate chain in DER, its own certificate first.
    pub fn peer_certificates(&self) -> Vec<Vec<u8>> {
        let certificates = self.inner.peer_certificates().unwrap_or_default();
        certificates
            .iter()
            .map(|certificate| certificate.to_vec())
            .collect()
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

/// Converts an error of rustls. If signing failed, returns the signature's error.
pub(super) fn failed(error: rustls::Error) -> Error {
    if let rustls::Error::Other(OtherError(cause)) = &error
        && let Some(own) = cause.downcast_ref::<Error>()
    {
        return own.clone();
    }
    let advice = match &error {
        rustls::Error::InvalidCertificate(_) => {
            "check the server's name and which authorities are trusted"
        }
        rustls::Error::AlertReceived(_) => {
            "the server refused: see its log, and check which client certificate it requires"
        }
        _ => "check that the peer is a TLS server, of version 1.2 or newer",
    };
    Error::new(ErrorKind::Protocol, format!("TLS: {error}"), advice).with_source(error)
}

fn closed_early() -> Error {
    Error::new(
        ErrorKind::Protocol,
        "TLS: the server closed the connection during the handshake",
        "see its log; it may require another client certificate",
    )
}

fn wrong(what: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!("TLS: {what}"),
        "open a new connection",
    )
}
