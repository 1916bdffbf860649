#![forbid(unsafe_code)]
//! A client of the Parsec service: async and blocking.

mod auth;
pub mod blocking;
mod core;
mod curve;
mod endpoint;
mod error;
mod generated;
mod hash;
mod private_key;
mod public_key;
mod signature;
mod raw;
mod transport;

pub use auth::Authentication;
pub use endpoint::Endpoint;
pub use error::{Error, Result};
pub use parsec_contracts::{ErrorKind, Opcode, ProviderId, Status};
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
pub use raw::Raw;
pub use signature::Signature;
