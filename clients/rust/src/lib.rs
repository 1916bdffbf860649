#![forbid(unsafe_code)]
//! Client of the Parsec service: named keys in a TPM, in an HSM or in software, behind one API.
//!
//! ```
//! use parsec_client::{Client, ErrorKind, Result, ecdsa_p256};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<()> {
//! #   let service = parsec_harness::shared_service();
//! #   let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
//! #     let parsec = if service.endpoint().is_empty() {
//!     // The endpoint in the environment, or the default socket.
//!     let parsec = Client::connect().await?;
//! #     parsec } else { Client::builder().endpoint(endpoint).connect().await? };
//!
//!     let key = parsec.generate("web-tls", ecdsa_p256()).await?; // SigningKey
//!     let signature = key.sign(b"hello").await?; // with the hash of the policy
//!     key.verify(b"hello", &signature).await?; // Err(InvalidSignature) if it does not match
//!     println!("{}", key.public_key().to_pem());
//!
//!     match parsec.open("missing").await {
//!         Err(e) if e.kind() == ErrorKind::KeyNotFound => println!("{e}"),
//!         other => drop(other?),
//!     }
//!     key.delete().await
//! }
//! ```
//!
//! - [`Client`] is for code on tokio, [`blocking::Client`] for blocking code: the same names, and
//!   no hidden runtime.
//! - A handle refers to a key by name. Dropping it does not delete the key; `delete` does, and
//!   consumes the handle.
//! - [`KeySpec`]s such as [`ecdsa_p256`] and [`rsa`](fn@rsa) specify a new key and the type of its
//!   handle.
//! - Keys that do not sign have other handles: [`SymmetricKey`], [`MacKey`],
//!   [`DecryptionKey`], [`DerivationKey`], [`AgreementKey`] and [`WrappingKey`], from
//!   [`aes_256_gcm`], [`fn@hmac`], [`rsa_oaep`], [`fn@hkdf`], [`ecdh_p256`], [`aes_key_wrap`] and
//!   similar functions.
//! - There is one [`Error`] type; branch on [`Error::kind`].
//! - [`Raw`] has all operations of the contracts.
//! - Tests of an application need no configured service: `parsec-service --ephemeral -- cargo test`
//!   starts one with temporary software keys.
//!
//! The feature `rustcrypto` implements the RustCrypto project's signature traits, which certificate
//! builders and similar crates use: `key.ecdsa::<p256::NistP256>()`. The feature `attestation`
//! verifies statements of another machine's TPM. The feature `verify` verifies signatures with a
//! [`PublicKey`], without the service.

mod any_spec;
#[cfg(feature = "attestation")]
pub mod attestation;
mod auth;
pub mod blocking;
mod client_core;
mod conversions;
#[cfg(feature = "csr")]
mod csr;
mod curve;
mod describe;
mod endpoint;
mod environment;
mod error;
pub mod fork;
mod formats;
mod generated;
mod hash;
pub mod interrupt;
mod key_use;
mod kind;
mod message_hasher;
mod private_key;
mod public_key;
mod raw;
mod restriction;
mod role_spec;
#[cfg(feature = "rustcrypto")]
pub mod rustcrypto;
mod signature;
mod spec;
#[cfg(feature = "rustls")]
pub mod tls;
mod transport;
mod trust;
#[cfg(feature = "verify")]
mod verification;

pub use any_spec::AnySpec;
pub use auth::Authentication;
#[cfg(feature = "csr")]
pub use csr::Csr;
pub use describe::describe;
pub use endpoint::Endpoint;
#[doc(hidden)]
pub use environment::has_more_rights;
pub use error::{Error, Result};
pub use formats::KeyMaterial;
pub use generated::handles::{
    Admin, AgreementKey, AnyKey, Client, ClientBuilder, DecryptionKey, DerivationKey, Key, MacKey,
    SigningKey, Stream, SymmetricKey, VerifyingKey, WrappingKey,
};
pub use generated::key_options::*;
pub use generated::key_specs::*;
pub use message_hasher::MessageHasher;
pub use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, AuthenticatorInfo, ClientId, ClientLimits, ClientUsage, Hash,
    KeyAttributes, KeyInfo, KeyType, MissingKey, ProviderInfo,
};
#[cfg(feature = "serde")]
pub use parsec_contracts::{AnyOperation, AnyOutput};
pub use parsec_contracts::{
    AuthType, ErrorKind, Opcode, ProviderId, Secret, Status, Zeroizing, operations, types,
};
#[doc(hidden)]
pub use parsec_contracts::{escaped, quoted, shown};
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
pub use raw::Raw;
pub use role_spec::{RoleSpec, hmac};
pub use signature::Signature;
pub use spec::{EcdsaSpec, EddsaSpec, KeySpec, RsaSpec};
