#![forbid(unsafe_code)]
//! A client of the Parsec service: async and blocking.

mod auth;
pub mod blocking;
mod core;
mod endpoint;
mod error;
mod generated;
mod raw;
mod transport;

pub use auth::Authentication;
pub use endpoint::Endpoint;
pub use error::{Error, Result};
pub use parsec_contracts::{ErrorKind, Opcode, ProviderId, Status};
pub use raw::Raw;
