#![forbid(unsafe_op_in_unsafe_fn)]
#![allow(
    clippy::result_large_err,
    reason = "what crosses is plain data, and a call costs far more than moving it"
)]
//! The Kotlin and Swift binding of the Parsec client: it converts, calls and converts back.
//!
//! It has no policy: names, defaults and error classes are defined in each language, in
//! `clients/kotlin` and `clients/swift`. Only owned data crosses, and objects that hold a client, a key
//! or a stream.
//!
//! - The methods of clients, keys and administrators are generated from `contracts/handles/` ([`handles`], [`blocking_handles`]):
//!   async, on a tokio runtime that uniffi keeps for the process, and blocking on the caller's thread,
//!   with separate connections.
//! - Each call takes a timeout. When a foreign task is cancelled, its future is dropped.
//! - A call fails with a [`Failure`], also for a panic ([`panics`]).
//! - No callbacks and no foreign traits cross.
//! - [`NativeRaw`] has all operations of the contracts, generated with their types.

mod admin;
#[path = "generated/blocking/mod.rs"]
mod blocking_handles;
mod client;
mod clients;
mod convert;
mod csr;
mod failure;
mod generated;
#[path = "generated/handles/mod.rs"]
mod handles;
mod key;
mod panics;
mod public_key;
mod raw;
mod signature;
mod spec;
mod stream;

pub use admin::NativeAdmin;
pub use client::{
    ConnectOptions, NativeAuthentication, NativeClient, NativeVersion, connect, connect_blocking,
};
pub use csr::NativeCsr;
pub use failure::Failure;
pub use generated::*;
pub use key::NativeKey;
pub use panics::calls_in_flight;
pub use public_key::{
    NativePublicKey, read_public_key_der, read_public_key_pem, read_public_key_raw, verify_locally,
};
pub use raw::{NativeRaw, provider_number};
pub use signature::{NativeSignature, SignatureForm};
pub use spec::{PrivateMaterial, PublicMaterial, spec_names};
pub use stream::NativeStream;

uniffi::setup_scaffolding!("parsec");
