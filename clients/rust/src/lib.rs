#![forbid(unsafe_code)]
//! A client of the Parsec service: async and blocking.

mod endpoint;
mod error;
mod transport;

pub use endpoint::Endpoint;
pub use error::{Error, Result};
pub use parsec_contracts::ErrorKind;
