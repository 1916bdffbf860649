//! Traits that all operations implement.

use std::fmt;

use zeroize::Zeroizing;

use crate::types::{Algorithm, KeyAttributes, KeyLifetime};
use crate::{Opcode, Status};

/// A message body: the input or the output of an operation, encoded as protobuf.
pub trait Body: Sized + MayExtend {
    /// Encodes the body. The buffer is wiped on drop because bodies may hold secrets.
    fn encode(self) -> Zeroizing<Vec<u8>>;

    /// Decodes a body.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Malformed`] if the bytes are not a protobuf message of this type;
    /// [`DecodeError::Invalid`] if a mandatory field is missing or an enum's number is unknown.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;
}

/// An operation. The implementing type is its input.
pub trait Operation: Body {
    /// The number of the operation in a frame's header.
    const OPCODE: Opcode;

    /// The output of a successful call.
    type Output: Body;

    /// Checks the input alone: lengths and ranges.
    ///
    /// # Errors
    ///
    /// The first violated rule.
    fn check(&self) -> Result<(), Violation>;

    /// Returns the length of the response in bytes, if an input determines it; the service limits
    /// it.
    fn response_length(&self) -> u64 {
        0
    }

    /// Returns the number of items in a batch request; 1 for others.
    fn items(&self) -> u64 {
        1
    }

    /// Returns the number of iterations of a deliberately slow function, such as PBKDF2.
    fn iterations(&self) -> u64 {
        0
    }

    /// Returns the attributes of the key that the operation creates, if it creates one.
    fn new_key(&self) -> Option<&KeyAttributes> {
        None
    }

    /// Returns the requested algorithm, if an input names one.
    fn algorithm(&self) -> Option<Algorithm> {
        None
    }
}

/// An operation that uses `N` existing keys of the caller.
pub trait UsesKeys<const N: usize>: Operation {
    /// Returns the key names, in the contract's order; `None` for an omitted optional key.
    fn key_names(&self) -> [Option<&str>; N];

    /// Checks the inputs against the policy of the key at `index` of [`UsesKeys::key_names`].
    ///
    /// # Errors
    ///
    /// The first violated rule.
    fn check_policy(&self, index: usize, attributes: &KeyAttributes) -> Result<(), Violation>;
}

/// An operation that creates a key for the caller.
pub trait CreatesKey: Operation {
    /// Returns the name of the new key.
    fn key_name(&self) -> &str;

    /// Returns the requested attributes.
    fn attributes(&self) -> &KeyAttributes;

    /// Returns the lifetime of the new key; `None` if it is kept until it is destroyed.
    fn lifetime(&self) -> Option<&KeyLifetime> {
        None
    }

    /// Returns the index in [`UsesKeys::key_names`] of the key that the new key is a copy of. A
    /// copy does not outlive its source.
    fn copy_of(&self) -> Option<usize> {
        None
    }
}

/// A value that may contain an extension of the published protocol.
///
/// Such values are hidden from clients that don't set the extension flag: strict clients fail on an
/// unknown enum number or variant.
pub trait MayExtend {
    /// Returns whether it contains an extension.
    fn extends(&self) -> bool;
}

/// A body that cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes are not a protobuf message of this type.
    Malformed,
    /// A mandatory field is missing or a number is unknown.
    Invalid {
        /// The type or field that is missing or invalid.
        field: &'static str,
    },
}

impl DecodeError {
    /// Returns the status for a request with such a body.
    pub fn status(&self) -> Status {
        match self {
            Self::Malformed => Status::DeserializingBodyFailed,
            Self::Invalid { .. } => Status::InvalidEncoding,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the body is not a protobuf message of this operation"),
            Self::Invalid { field } => {
                write!(
                    f,
                    "`{field}` is missing or has a value that is not in the contract"
                )
            }
        }
    }
}

impl std::error::Error for DecodeError {}

impl From<prost::DecodeError> for DecodeError {
    fn from(_: prost::DecodeError) -> Self {
        Self::Malformed
    }
}

/// A request that violates a rule of its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The status of the response.
    pub status: Status,
    /// The input that violates the rule.
    pub field: &'static str,
    /// Human-readable explanation. Contains no secret and no key name.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for Violation {}
