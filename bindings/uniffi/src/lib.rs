#![forbid(unsafe_op_in_unsafe_fn)]
#![allow(
    clippy::result_large_err,
    reason = "arguments are plain data, and a call costs far more than moving it"
)]
//! The Kotlin and Swift binding of the Parsec client: it converts, calls and converts back.
//!
//! It defines no API of its own: names, defaults and error classes are in each language, in
//! `clients/kotlin` and `clients/swift`. Arguments and results are owned plain data, and objects
//! that contain a client, a key or a stream.
//!
//! - Every call exists twice ([`async_and_blocking`]): async, on uniffi's tokio runtime of the
//!   process, and blocking on the caller's thread, with separate connections.
//! - Each call has an argument for its timeout. When a foreign task is cancelled, the call's future
//!   is dropped, and nothing else is guaranteed.
//! - A call fails with a [`Failure`]; panics are converted to failures ([`panics`]).
//! - There are no callbacks and no foreign traits.
//! - [`NativeRaw`] has all operations of the contracts, generated with their types.

mod async_and_blocking;
mod client;
mod convert;
mod failure;
mod generated;
mod key;
mod key_making;
mod panics;
mod public_key;
mod raw;
mod spec;
mod stream;

pub use client::{
    ConnectOptions, NativeAuthentication, NativeClient, NativeVersion, connect, connect_blocking,
};
pub use failure::Failure;
pub use generated::*;
pub use key::{NativeKey, NativeSignature, SignatureForm};
pub use key_making::NativeCsr;
pub use panics::calls_in_flight;
pub use public_key::{NativePublicKey, read_public_key_der, read_public_key_pem};
pub use raw::{NativeRaw, provider_number};
pub use spec::{NativeSpec, PrivateMaterial, PublicMaterial, spec_names};
pub use stream::NativeStream;

uniffi::setup_scaffolding!("parsec");
