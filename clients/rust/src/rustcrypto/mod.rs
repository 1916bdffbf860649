//! Keys of the service that implement the traits of [RustCrypto](https://github.com/RustCrypto),
//! for code that uses a `signature::Signer`: certificate builders, tokens, SSH. Feature
//! `rustcrypto`.
//!
//! ```
//! use p256::ecdsa::Signature;
//! use parsec_client::{blocking::Client, ecdsa_p256};
//! use signature::{Keypair as _, Signer as _, Verifier as _};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let service = parsec_harness::shared_service();
//! # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
//! # let parsec = if service.endpoint().is_empty() {
//! let parsec = Client::connect()?;
//! # parsec } else { Client::builder().endpoint(endpoint).connect()? };
//! let key = parsec.get_or_generate("commits", ecdsa_p256())?;
//! let signer = key.ecdsa::<p256::NistP256>()?; // an error if the curve differs
//! let signature: Signature = signer.try_sign(b"hello")?;
//! signer.verifying_key().verify(b"hello", &signature)?; // locally, not in the service
//! # key.delete()?;
//! # Ok(())
//! # }
//! ```
//!
//! `Signer::sign` panics if the service cannot be reached; call `try_sign`. The source of its error
//! is an [`Error`](crate::Error).

mod convert;
mod scheme;
mod signer;

pub use scheme::{EcdsaCurve, Scheme};
pub use signer::RustCryptoSigner;
