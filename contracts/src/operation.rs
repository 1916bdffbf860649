//! What every operation has in common.

use std::fmt;

use zeroize::Zeroizing;

use crate::types::{Algorithm, KeyAttributes, KeyLifetime};
use crate::{Opcode, Status};

/// A message body: the input or the output of an operation, encoded as protobuf.
pub trait Body: Sized + MayExtend {
    /// Encodes the body. The buffer is wiped on drop, for bodies may hold secrets.
    fn encode(self) -> Zeroizing<Vec<u8>>;

    /// Decodes a body.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Malformed`] if the bytes are no such protobuf message, and
    /// [`DecodeError::Invalid`] if a mandatory part is missing or an enum's number is unknown.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;
}

/// An operation: its input is the implementing type.
pub trait Operation: Body {
    /// The number of the operation in a frame's header.
    const OPCODE: Opcode;

    /// What a successful call answers.
    type Output: Body;

    /// Checks what the contract states of the inputs by themselves: lengths and ranges.
    ///
    /// # Errors
    ///
    /// The first rule that does not hold.
    fn check(&self) -> Result<(), Violation>;

    /// How many bytes the response will have, where an input says so; the service limits it.
    fn response_length(&self) -> u64 {
        0
    }

    /// How many items the request holds: of a batch, or one.
    fn items(&self) -> u64 {
        1
    }

    /// Iterations of a function that is slow on purpose.
    fn iterations(&self) -> u64 {
        0
    }

    /// The attributes of the key that the operation makes, if it makes one.
    fn new_key(&self) -> Option<&KeyAttributes> {
        None
    }

    /// The algorithm that is wanted, where an input names one.
    fn algorithm(&self) -> Option<Algorithm> {
        None
    }
}

/// An operation that works with `N` existing keys of the caller.
pub trait UsesKeys<const N: usize>: Operation {
    /// The names of the keys, in the contract's order; `None` where an optional key is left out.
    fn key_names(&self) -> [Option<&str>; N];

    /// Checks the inputs against the policy of the key at `index` of [`UsesKeys::key_names`].
    ///
    /// # Errors
    ///
    /// The first rule that does not hold.
    fn check_policy(&self, index: usize, attributes: &KeyAttributes) -> Result<(), Violation>;
}

/// An operation that makes a new key for the caller.
pub trait CreatesKey: Operation {
    /// The new key's name.
    fn key_name(&self) -> &str;

    /// The attributes that are asked for.
    fn attributes(&self) -> &KeyAttributes;

    /// When the new key shall vanish by itself; `None` if it is kept until it is destroyed.
    fn lifetime(&self) -> Option<&KeyLifetime> {
        None
    }

    /// Which of the keys that the operation uses the new key is a copy of, by its place among
    /// [`UsesKeys::key_names`]; a copy does not outlive its source.
    fn copy_of(&self) -> Option<usize> {
        None
    }
}

/// What may hold something that the published protocol lacks.
///
/// Clients that don't set the extension flag must not be shown it: strict ones fail on an enum's
/// number or a variant that they don't know.
pub trait MayExtend {
    /// Whether it holds such a thing.
    fn extends(&self) -> bool;
}

/// Why bytes are not the message they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes are no protobuf message of this type.
    Malformed,
    /// A mandatory part is missing or a number has no meaning.
    Invalid {
        /// The type or field that could not be understood.
        field: &'static str,
    },
}

impl DecodeError {
    /// The status that answers a request with such a body.
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
                    "`{field}` is missing or has a value that the contract does not know"
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

/// A rule of a contract that a request breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The status that answers the request.
    pub status: Status,
    /// The input that breaks the rule.
    pub field: &'static str,
    /// What the rule is, for a person. Holds no secret and no key's name.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for Violation {}
