//! A TLS client without sockets.

use std::fmt;
use std::io::{Read as _, Write as _};

use parsec_contracts::ErrorKind;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, OtherError, ProtocolVersion};

use super::ClientConfig;
use crate::error::{Error, Result};

/// A TLS client without sockets: what comes from the server goes in, what goes to the server comes
/// out. See [the module](super) for an example.
pub struct Connection {
    inner: ClientConnection,
    /// What has arrived decrypted and was not taken yet.
    plaintext: Vec<u8>,
    closed: bool,
}

impl Connection {
    /// Begins a connection to a server of that name, a DNS name or an IP address;
    /// [`Connection::to_server`] has the first bytes for it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if it is no such name.
    pub fn new(config: &ClientConfig, server_name: &str) -> Result<Self> {
        let name = ServerName::try_from(server_name.to_owned()).map_err(|error| {
            Error::invalid(
                format!("{server_name:?} is neither a DNS name nor an IP address"),
                "give the name that stands in the server's certificate",
            )
            .with_source(error)
        })?;
        let mut inner = ClientConnection::new(config.inner.clone(), name).map_err(failed)?;
        // What is queued is the caller's to bound: it takes it out after each call.
        inner.set_buffer_limit(None);
        Ok(Self {
            inner,
            plaintext: Vec::new(),
            closed: false,
        })
    }

    /// Takes bytes that came from the server; none say that it has ended its stream.
    ///
    /// During the handshake this waits for the service to sign.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] if the handshake fails or the bytes make no sense, and the error of
    /// the signature if that is what failed. [`Connection::to_server`] then has the alert that
    /// tells the server.
    pub fn receive(&mut self, mut bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            let early = !self.closed && self.inner.is_handshaking();
            self.closed = true;
            return if early { Err(hung_up()) } else { Ok(()) };
        }
        while !bytes.is_empty() {
            // Reading from memory fails only where too much lies unread, which the loop prevents.
            self.inner.read_tls(&mut bytes).map_err(|error| {
                wrong("the server sends more than can be taken").with_source(error)
            })?;
            let state = self.inner.process_new_packets().map_err(failed)?;
            let length = state.plaintext_bytes_to_read();
            let filled = self.plaintext.len();
            self.plaintext.resize(filled + length, 0);
            self.inner
                .reader()
                .read_exact(&mut self.plaintext[filled..])
                .map_err(|error| wrong("what was decrypted cannot be read").with_source(error))?;
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
    /// [`ErrorKind::Protocol`] if the connection has failed before.
    pub fn send(&mut self, plaintext: &[u8]) -> Result<()> {
        self.inner
            .writer()
            .write_all(plaintext)
            .map_err(|error| wrong("the connection takes no more data").with_source(error))
    }

    /// Queues the message that ends the connection in good order.
    pub fn close(&mut self) {
        self.inner.send_close_notify();
    }

    /// Takes what must go to the server now; it may be nothing.
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

    /// Takes what the server has sent, decrypted; it may be nothing.
    pub fn plaintext(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.plaintext)
    }

    /// Whether data can be sent safely yet: not while this is true.
    pub fn is_handshaking(&self) -> bool {
        self.inner.is_handshaking()
    }

    /// Whether the server has ended the connection.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The version that was agreed on: `TLSv1.2` or `TLSv1.3`.
    pub fn protocol_version(&self) -> Option<&'static str> {
        match self.inner.protocol_version()? {
            ProtocolVersion::TLSv1_2 => Some("TLSv1.2"),
            ProtocolVersion::TLSv1_3 => Some("TLSv1.3"),
            _ => None,
        }
    }

    /// The protocol that was agreed on (RFC 7301).
    pub fn alpn_protocol(&self) -> Option<Vec<u8>> {
        self.inner.alpn_protocol().map(<[u8]>::to_vec)
    }

    /// The server's certificates in DER, its own first.
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

/// What rustls says as an error of ours; a signature that failed speaks for itself.
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
            "the server refused: look at its log, and at the client certificate that it asks for"
        }
        _ => "check that the peer is a TLS server, of version 1.2 or newer",
    };
    Error::new(ErrorKind::Protocol, format!("TLS: {error}"), advice).with_source(error)
}

fn hung_up() -> Error {
    Error::new(
        ErrorKind::Protocol,
        "TLS: the server hung up during the handshake",
        "look at its log; it may want another client certificate",
    )
}

fn wrong(what: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!("TLS: {what}"),
        "open a new connection",
    )
}
