#![forbid(unsafe_op_in_unsafe_fn)]
#![allow(
    clippy::result_large_err,
    reason = "what crosses is plain data, and a call costs far more than moving it"
)]
//! The Kotlin and Swift binding of the Parsec client: it converts, calls and converts back.
//!
//! Nothing here has an opinion: names, defaults and classes of errors are made in each language,
//! in `clients/kotlin` and `clients/swift`. What crosses is plain data, owned, and objects that
//! hold a client, a key or a stream.
//!
//! - Every call is there twice ([`async_and_blocking`]): async, on a tokio runtime that uniffi
//!   keeps for the process, and blocking on the caller's thread, over connections of its own.
//! - Each takes the time that it may take for an answer. Nothing is promised of a foreign task
//!   that is cancelled but that its future is dropped.
//! - A call fails with a [`Failure`]; a panic is one as well ([`panics`]).
//! - No callbacks and no foreign traits cross.
//! - [`NativeRaw`] has every operation of the contracts, generated with their types.

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
