//! Raw frames, for tests that check every byte.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, RequestHeader, ResponseHeader, flags};
use parsec_contracts::operations::Ping;
use parsec_contracts::types::ErrorDetail;
use parsec_contracts::{AuthType, Body as _, DecodeError, Operation, ServedBy, Status};

/// Longer than generating an RSA key of 4096 bits on a slow machine.
const DEADLINE: Duration = Duration::from_secs(120);

/// Contents of a request's authentication field.
#[derive(Debug, Clone)]
pub enum Auth {
    /// Nothing.
    None,
    /// The application's name, which the service trusts.
    Direct(String),
    /// The user ID, which the kernel must confirm.
    Peer(u32),
    /// Any authenticator number and any bytes.
    Raw(u8, Vec<u8>),
}

impl Auth {
    /// Returns the direct authenticator's identity of this name.
    pub fn direct(name: impl Into<String>) -> Self {
        Self::Direct(name.into())
    }

    /// A JWT-SVID.
    pub fn jwt_svid(token: &str) -> Self {
        Self::Raw(AuthType::JwtSvid.number(), token.as_bytes().to_vec())
    }

    /// Returns this process's own user.
    pub fn me() -> Self {
        Self::Peer(rustix::process::getuid().as_raw())
    }

    /// Returns the authenticator number and the bytes on the wire.
    pub fn parts(&self) -> (u8, Vec<u8>) {
        match self {
            Self::None => (AuthType::None.number(), Vec::new()),
            Self::Direct(name) => (AuthType::Direct.number(), name.as_bytes().to_vec()),
            Self::Peer(uid) => (
                AuthType::UnixPeerCredentials.number(),
                uid.to_le_bytes().to_vec(),
            ),
            Self::Raw(number, bytes) => (*number, bytes.clone()),
        }
    }
}

/// Encodes a frame: the header with its lengths filled in, the body, and `auth`.
pub fn frame(header: &RequestHeader, body: &[u8], auth: &[u8]) -> Vec<u8> {
    let header = RequestHeader {
        body_length: body.len().try_into().expect("a body fits its length field"),
        auth_length: auth.len().try_into().expect("auth fits its length field"),
        ..header.clone()
    };
    [&header.encode(), body, auth].concat()
}

/// Encodes a request.
pub fn request<O: Operation>(provider: u8, auth: &Auth, flags: u16, operation: O) -> Vec<u8> {
    let (auth_type, auth) = auth.parts();
    let header = RequestHeader {
        provider,
        flags,
        auth_type,
        opcode: O::OPCODE.number(),
        ..RequestHeader::default()
    };
    frame(&header, &operation.encode(), &auth)
}

/// Returns the provider of the operation in a service with one crypto provider: 0 or 1.
pub fn usual_provider<O: Operation>() -> u8 {
    u8::from(O::OPCODE.served_by() == ServedBy::Crypto)
}

/// Encodes a request of an application to the usual provider, with the direct authenticator. An
/// empty name means no authentication.
pub fn request_of<O: Operation>(app: &str, operation: O) -> Vec<u8> {
    request_with(app, 0, operation)
}

fn request_with<O: Operation>(app: &str, flags: u16, operation: O) -> Vec<u8> {
    let auth = match app {
        "" => Auth::None,
        name => Auth::direct(name),
    };
    request(usual_provider::<O>(), &auth, flags, operation)
}

/// A received response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its header.
    pub header: ResponseHeader,
    /// Its body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Returns the status.
    ///
    /// # Panics
    ///
    /// If the contracts have no such status.
    pub fn status(&self) -> Status {
        Status::from_number(self.header.status)
            .unwrap_or_else(|| panic!("unknown status {}", self.header.status))
    }

    /// Returns the output of a successful `O`.
    ///
    /// # Errors
    ///
    /// If the body is not such a message.
    ///
    /// # Panics
    ///
    /// If the operation failed.
    pub fn output<O: Operation>(&self) -> Result<O::Output, DecodeError> {
        assert_eq!(self.status(), Status::Success, "{} failed", O::OPCODE);
        parsec_contracts::Body::decode(&self.body)
    }

    /// Returns the detail of a failed request with the extension flag.
    ///
    /// # Panics
    ///
    /// If the body is not such a message.
    pub fn detail(&self) -> ErrorDetail {
        ErrorDetail::decode(&self.body).expect("an error detail")
    }
}

/// A connection. Reads and writes have a long timeout, so that no test hangs.
#[derive(Debug)]
pub struct Wire {
    stream: UnixStream,
}

impl Wire {
    /// Connects to a service's socket.
    ///
    /// # Errors
    ///
    /// If nobody listens there.
    pub fn connect(socket: &Path) -> io::Result<Self> {
        Self::new(UnixStream::connect(socket)?)
    }

    /// Uses an existing connection.
    ///
    /// # Errors
    ///
    /// If its deadlines can't be set.
    pub fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(DEADLINE))?;
        stream.set_write_timeout(Some(DEADLINE))?;
        Ok(Self { stream })
    }

    /// Returns the underlying socket.
    pub fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// Sends bytes unchanged.
    ///
    /// # Errors
    ///
    /// If the service has closed the connection.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Reads one response.
    ///
    /// # Errors
    ///
    /// If the connection ends early, or the bytes are not a frame.
    pub fn receive(&mut self) -> io::Result<Reply> {
        let mut header = [0; FIXED_HEADER_LENGTH];
        self.stream.read_exact(&mut header)?;
        let header = ResponseHeader::decode(&header)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let mut body = vec![0; header.body_length as usize];
        self.stream.read_exact(&mut body)?;
        Ok(Reply { header, body })
    }

    /// Sends a request and reads its response.
    ///
    /// # Errors
    ///
    /// If the connection fails.
    pub fn call<O: Operation>(
        &mut self,
        provider: u8,
        auth: &Auth,
        flags: u16,
        operation: O,
    ) -> io::Result<Reply> {
        self.send(&request(provider, auth, flags, operation))?;
        self.receive()
    }

    /// Sends a request of an application to the usual provider, as [`request_of`], and returns the
    /// status of the response.
    ///
    /// # Panics
    ///
    /// If the connection fails.
    pub fn ask<O: Operation>(&mut self, app: &str, operation: O) -> Status {
        self.send(&request_of(app, operation))
            .expect("the request is sent");
        self.status()
    }

    /// As [`Wire::ask`] with the extension flag; returns the whole response.
    ///
    /// # Panics
    ///
    /// If the connection fails.
    pub fn ask_extended<O: Operation>(&mut self, app: &str, operation: O) -> Reply {
        self.send(&request_with(app, flags::EXTENSIONS, operation))
            .expect("the request is sent");
        self.receive().expect("a response")
    }

    /// As [`Wire::ask`]; returns the output.
    ///
    /// # Panics
    ///
    /// If the operation or the connection fails.
    pub fn output<O: Operation>(&mut self, app: &str, operation: O) -> O::Output {
        self.send(&request_of(app, operation))
            .expect("the request is sent");
        let reply = self.receive().expect("a response");
        reply.output::<O>().expect("an output")
    }

    /// Reads one response and returns its status.
    ///
    /// # Panics
    ///
    /// If no response arrives.
    pub fn status(&mut self) -> Status {
        self.receive().expect("a response").status()
    }

    /// Returns whether the service responds to a ping.
    pub fn answers(&mut self) -> bool {
        self.call(0, &Auth::None, 0, Ping {})
            .is_ok_and(|reply| reply.header.status == 0)
    }

    /// Waits for the next byte or the end; returns whether the service has closed the connection.
    pub fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0) | Err(_))
    }

    /// Reads until the service closes the connection; returns the number of bytes.
    ///
    /// # Errors
    ///
    /// If the service does neither within the deadline.
    pub fn drain(&mut self) -> io::Result<usize> {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => Err(error),
            _ => Ok(rest.len()),
        }
    }
}
