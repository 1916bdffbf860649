// {{ banner }}

//! The contracts in Rust: operations, types and tables.

#[cfg(feature = "serde")]
pub(crate) mod any;
pub(crate) mod authenticators;
pub(crate) mod opcode;
pub mod operations;
pub mod protocol;
pub(crate) mod providers;
pub(crate) mod statuses;
pub mod types;
mod wire;
pub mod words;
