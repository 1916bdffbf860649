#![forbid(unsafe_code)]
//! Parsec's contracts as Rust types: operations, types, statuses, checks and the frame codec.
//!
//! `contracts/operations/*.toml` define the operations; the modules in `generated` are generated
//! from them. This crate does no I/O and depends on neither the service nor a client.
//!
//! ```
//! use parsec_contracts::frame::RequestHeader;
//! use parsec_contracts::operations::{PsaGenerateRandom, PsaGenerateRandomOutput};
//! use parsec_contracts::{Body, Operation, ProviderId};
//!
//! let body = PsaGenerateRandom { size: 16 }.encode();
//! let header = RequestHeader {
//!     provider: ProviderId::Software.number(),
//!     opcode: PsaGenerateRandom::OPCODE.number(),
//!     body_length: body.len() as u32,
//!     ..RequestHeader::default()
//! };
//! assert_eq!(header.encode().len(), 36);
//! # let _ = PsaGenerateRandomOutput::decode(b"\x0a\x02\x01\x02")?;
//! # Ok::<(), parsec_contracts::DecodeError>(())
//! ```

#[cfg(feature = "serde")]
mod binary;
pub mod check;
mod convert;
mod display;
pub mod frame;
mod generated;
mod operation;
pub mod policy;
mod secret;
mod shown;

#[cfg(feature = "serde")]
pub use generated::any::{AnyOperation, AnyOutput};
pub use generated::authenticators::AuthType;
pub use generated::opcode::{CallerKind, Opcode, ServedBy, StreamPart};
pub use generated::operations;
pub use generated::protocol;
pub use generated::providers::ProviderId;
pub use generated::statuses::{ErrorKind, Retry, Status};
pub use generated::types;
pub use generated::words;
pub use operation::{Body, CreatesKey, DecodeError, MayExtend, Operation, UsesKeys, Violation};
pub use secret::Secret;
pub use shown::{escaped, quoted, shown};
pub use zeroize::Zeroizing;
