//! Frame codec. A frame is a 36-byte header, the body, and in requests the authentication field.
//!
//! All integers are little-endian, without padding. This module encodes and decodes headers and
//! defines the order in which a request header is validated. It does no I/O.

use std::fmt;

use crate::protocol;
use crate::{AuthType, Opcode, ProviderId, Status};

/// Length of a header in bytes.
pub const FIXED_HEADER_LENGTH: usize = protocol::FIXED_HEADER_LENGTH;
/// Length of the prefix in bytes: the magic number and the header size.
pub const PREFIX_LENGTH: usize = 6;
/// The first four bytes of every frame, read little-endian.
pub const MAGIC: u32 = protocol::MAGIC;
/// Value of the header size field: the number of bytes that follow it.
pub const HEADER_SIZE: u16 = protocol::HEADER_SIZE;
/// The content type of protobuf bodies.
pub const CONTENT_TYPE_PROTOBUF: u8 = protocol::CONTENT_TYPE_PROTOBUF;

/// Bits of the header's `flags` field.
pub mod flags {
    /// The sender supports extensions of the published protocol.
    pub const EXTENSIONS: u16 = 1 << crate::protocol::FLAG_EXTENSIONS_BIT;
}

type HeaderBytes = [u8; FIXED_HEADER_LENGTH];

/// A request header, with the numbers on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHeader {
    /// Major and minor version of the wire protocol.
    pub version: (u8, u8),
    /// See [`flags`].
    pub flags: u16,
    /// Number of the provider.
    pub provider: u8,
    /// Session number, echoed in the response; the service ignores it.
    pub session: u64,
    /// Encoding of the body.
    pub content_type: u8,
    /// Requested encoding of the response body.
    pub accept_type: u8,
    /// Authenticator for the authentication field.
    pub auth_type: u8,
    /// Length of the body in bytes.
    pub body_length: u32,
    /// Length of the authentication field in bytes.
    pub auth_length: u16,
    /// Number of the operation.
    pub opcode: u32,
}

impl Default for RequestHeader {
    fn default() -> Self {
        Self {
            version: protocol::VERSION,
            flags: 0,
            provider: 0,
            session: 0,
            content_type: CONTENT_TYPE_PROTOBUF,
            accept_type: CONTENT_TYPE_PROTOBUF,
            auth_type: 0,
            body_length: 0,
            auth_length: 0,
            opcode: 0,
        }
    }
}

impl RequestHeader {
    /// Encodes the header.
    pub fn encode(&self) -> HeaderBytes {
        encode(&Fields {
            version: self.version,
            flags: self.flags,
            provider: self.provider,
            session: self.session,
            content_type: self.content_type,
            accept_type: self.accept_type,
            auth_type: self.auth_type,
            body_length: self.body_length,
            auth_length: self.auth_length,
            opcode: self.opcode,
            status: 0,
        })
    }

    /// Validates the first bytes of a frame, so that garbage is rejected before a whole header
    /// arrives.
    ///
    /// # Errors
    ///
    /// [`Status::InvalidHeader`] if the magic number or the header's size is wrong.
    pub fn check_prefix(bytes: &[u8; PREFIX_LENGTH]) -> Result<(), Status> {
        let [a, b, c, d, e, f] = *bytes;
        if u32::from_le_bytes([a, b, c, d]) == MAGIC && u16::from_le_bytes([e, f]) == HEADER_SIZE {
            Ok(())
        } else {
            Err(Status::InvalidHeader)
        }
    }

    /// Decodes a header and validates the fields that must be valid before the body is read.
    ///
    /// # Errors
    ///
    /// The first status that applies: [`Status::InvalidHeader`] for a wrong magic number or header
    /// size, [`Status::WireProtocolVersionNotSupported`], [`Status::InvalidHeader`] for reserved
    /// bytes that are not 0, [`Status::BodySizeExceedsLimit`].
    pub fn decode(bytes: &HeaderBytes, body_limit: u32) -> Result<Self, Status> {
        let mut prefix = [0; PREFIX_LENGTH];
        prefix.copy_from_slice(&bytes[..PREFIX_LENGTH]);
        Self::check_prefix(&prefix)?;
        let (fields, reserved) = decode(bytes);
        if fields.version != protocol::VERSION {
            return Err(Status::WireProtocolVersionNotSupported);
        }
        if reserved != [0, 0] {
            return Err(Status::InvalidHeader);
        }
        if fields.body_length > body_limit {
            return Err(Status::BodySizeExceedsLimit);
        }
        Ok(Self {
            version: fields.version,
            flags: fields.flags,
            provider: fields.provider,
            session: fields.session,
            content_type: fields.content_type,
            accept_type: fields.accept_type,
            auth_type: fields.auth_type,
            body_length: fields.body_length,
            auth_length: fields.auth_length,
            opcode: fields.opcode,
        })
    }

    /// Converts the header's numbers to typed values. Call it after the whole frame was read.
    ///
    /// # Errors
    ///
    /// The first status that applies: [`Status::ContentTypeNotSupported`],
    /// [`Status::AcceptTypeNotSupported`], [`Status::AuthenticatorDoesNotExist`],
    /// [`Status::OpcodeDoesNotExist`], [`Status::ProviderDoesNotExist`].
    pub fn recognise(&self) -> Result<Recognised, Status> {
        if self.content_type != CONTENT_TYPE_PROTOBUF {
            return Err(Status::ContentTypeNotSupported);
        }
        if self.accept_type != CONTENT_TYPE_PROTOBUF {
            return Err(Status::AcceptTypeNotSupported);
        }
        let auth_type =
            AuthType::from_number(self.auth_type).ok_or(Status::AuthenticatorDoesNotExist)?;
        let opcode = Opcode::from_number(self.opcode).ok_or(Status::OpcodeDoesNotExist)?;
        let provider =
            ProviderId::from_number(self.provider).ok_or(Status::ProviderDoesNotExist)?;
        Ok(Recognised {
            opcode,
            provider,
            auth_type,
        })
    }

    /// Returns whether the sender supports extensions of the published protocol.
    pub fn wants_extensions(&self) -> bool {
        self.flags & flags::EXTENSIONS != 0
    }
}

/// A validated request header, as typed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised {
    /// The operation.
    pub opcode: Opcode,
    /// The provider.
    pub provider: ProviderId,
    /// The authenticator for the authentication field.
    pub auth_type: AuthType,
}

/// A response header, with the numbers on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHeader {
    /// Major and minor version of the wire protocol.
    pub version: (u8, u8),
    /// See [`flags`].
    pub flags: u16,
    /// Provider of the request.
    pub provider: u8,
    /// Session number of the request.
    pub session: u64,
    /// Encoding of the body.
    pub content_type: u8,
    /// Length of the body in bytes.
    pub body_length: u32,
    /// Number of the operation.
    pub opcode: u32,
    /// Status: 0 for success, otherwise the error.
    pub status: u16,
}

impl ResponseHeader {
    /// Returns the header of the response to a request that could not be decoded.
    pub fn bare(status: Status) -> Self {
        Self {
            version: protocol::VERSION,
            flags: 0,
            provider: 0,
            session: 0,
            content_type: CONTENT_TYPE_PROTOBUF,
            body_length: 0,
            opcode: Opcode::Ping.number(),
            status: status.number(),
        }
    }

    /// Returns the header of the response to `request`.
    pub fn reply_to(request: &RequestHeader, status: Status, body_length: u32) -> Self {
        Self {
            version: protocol::VERSION,
            flags: 0,
            provider: request.provider,
            session: request.session,
            content_type: request.accept_type,
            body_length,
            opcode: request.opcode,
            status: status.number(),
        }
    }

    /// Encodes the header.
    pub fn encode(&self) -> HeaderBytes {
        encode(&Fields {
            version: self.version,
            flags: self.flags,
            provider: self.provider,
            session: self.session,
            content_type: self.content_type,
            accept_type: 0,
            auth_type: 0,
            body_length: self.body_length,
            auth_length: 0,
            opcode: self.opcode,
            status: self.status,
        })
    }

    /// Decodes a response header.
    ///
    /// # Errors
    ///
    /// A [`FrameError`] if the bytes are not a frame of this version of the protocol.
    pub fn decode(bytes: &HeaderBytes) -> Result<Self, FrameError> {
        let mut prefix = [0; PREFIX_LENGTH];
        prefix.copy_from_slice(&bytes[..PREFIX_LENGTH]);
        RequestHeader::check_prefix(&prefix).map_err(|_| FrameError::NotAFrame)?;
        let (fields, _) = decode(bytes);
        if fields.version != protocol::VERSION {
            return Err(FrameError::Version {
                major: fields.version.0,
                minor: fields.version.1,
            });
        }
        if fields.content_type != CONTENT_TYPE_PROTOBUF {
            return Err(FrameError::ContentType(fields.content_type));
        }
        Ok(Self {
            version: fields.version,
            flags: fields.flags,
            provider: fields.provider,
            session: fields.session,
            content_type: fields.content_type,
            body_length: fields.body_length,
            opcode: fields.opcode,
            status: fields.status,
        })
    }
}

/// An invalid response header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// The magic number or the header size is wrong.
    NotAFrame,
    /// Unsupported version of the protocol.
    Version {
        /// Major version.
        major: u8,
        /// Minor version.
        minor: u8,
    },
    /// Unsupported encoding of the body.
    ContentType(u8),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFrame => f.write_str("the peer does not speak the Parsec wire protocol"),
            Self::Version { major, minor } => {
                write!(
                    f,
                    "the peer speaks version {major}.{minor} of the wire protocol"
                )
            }
            Self::ContentType(number) => write!(f, "unknown encoding of the body: {number}"),
        }
    }
}

impl std::error::Error for FrameError {}

/// The fields of request and response headers, which share one layout.
struct Fields {
    version: (u8, u8),
    flags: u16,
    provider: u8,
    session: u64,
    content_type: u8,
    accept_type: u8,
    auth_type: u8,
    body_length: u32,
    auth_length: u16,
    opcode: u32,
    status: u16,
}

fn encode(fields: &Fields) -> HeaderBytes {
    let mut out = [0; FIXED_HEADER_LENGTH];
    out[0..4].copy_from_slice(&MAGIC.to_le_bytes());
    out[4..6].copy_from_slice(&HEADER_SIZE.to_le_bytes());
    out[6] = fields.version.0;
    out[7] = fields.version.1;
    out[8..10].copy_from_slice(&fields.flags.to_le_bytes());
    out[10] = fields.provider;
    out[11..19].copy_from_slice(&fields.session.to_le_bytes());
    out[19] = fields.content_type;
    out[20] = fields.accept_type;
    out[21] = fields.auth_type;
    out[22..26].copy_from_slice(&fields.body_length.to_le_bytes());
    out[26..28].copy_from_slice(&fields.auth_length.to_le_bytes());
    out[28..32].copy_from_slice(&fields.opcode.to_le_bytes());
    out[32..34].copy_from_slice(&fields.status.to_le_bytes());
    out
}

/// Decodes the fields after the prefix, and the two reserved bytes.
fn decode(bytes: &HeaderBytes) -> (Fields, [u8; 2]) {
    let fields = Fields {
        version: (bytes[6], bytes[7]),
        flags: u16::from_le_bytes(array(bytes, 8)),
        provider: bytes[10],
        session: u64::from_le_bytes(array(bytes, 11)),
        content_type: bytes[19],
        accept_type: bytes[20],
        auth_type: bytes[21],
        body_length: u32::from_le_bytes(array(bytes, 22)),
        auth_length: u16::from_le_bytes(array(bytes, 26)),
        opcode: u32::from_le_bytes(array(bytes, 28)),
        status: u16::from_le_bytes(array(bytes, 32)),
    };
    (fields, array(bytes, 34))
}

fn array<const N: usize>(bytes: &HeaderBytes, at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}
