#![forbid(unsafe_code)]
//! The rules of the PSA Crypto API, for every provider.
//!
//! [`PsaProvider`] serves the operations over an [`Engine`]: a library or a device. An engine does
//! only what needs the library or device: it generates and uses key pairs and byte-string keys. It
//! can delegate the latter to [`InMemory`], which keeps them in the process.
//!
//! Hashes and derivations need no engine: they are computed here, in parallel.

mod agreement;
mod capability;
mod curves;
mod derivation;
mod encryption;
mod engine;
pub mod groups;
mod hashing;
mod in_memory;
mod key_type;
mod key_wrap;
mod keys;
mod mgf;
pub mod oaep;
mod operation_group;
mod operations;
mod padding;
pub mod pkcs1v15;
mod plain;
mod provider;
pub mod pss;
pub mod public;
mod random;
pub mod rsa;
mod signing;
mod symmetric;
mod validation;

pub use curves::{has_public_point, is_public_point, number_length, padded, public_point};
pub use engine::{AeadInput, Engine, Secrets};
pub use hashing::{compute as hash, has as has_hash};
pub use in_memory::InMemory;
pub use key_type::{describe, is_public};
pub use operation_group::{OperationGroup, opcodes};
pub use padding::SoftwarePadding;
pub use provider::PsaProvider;
pub use random::{MAX_SEED_OUTPUT, expand as expand_random, secret as random_secret};
pub use symmetric::cipher::{BLOCK, check_blocks, iv_length, iv_missing, split_iv};
pub use symmetric::mac::MacForm;
pub use validation::check_public_key;
