#![deny(unsafe_code)]
//! The software provider: the service stores its keys encrypted, and they are in memory while they
//! are used.
//!
//! Operations on key pairs use the vendored Mbed TLS behind one lock for the process, because two
//! threads in that build concurrently corrupt its memory. Other operations do not wait for the
//! lock: they are computed in pure Rust, RSA key pairs are generated outside of the library, and
//! random bytes come from the operating system, whose generator needs no lock and has no state that
//! threads or forked processes share.

mod engine;
mod registration;

use parsec_provider::ProviderError;
use parsec_psa::PsaProvider;

pub use crate::registration::REGISTRATION;

/// Starts a provider. Several providers in one process share the library's lock, but no keys.
///
/// # Errors
///
/// The library's status if it does not start, for example without entropy.
pub fn start() -> Result<PsaProvider, ProviderError> {
    Ok(PsaProvider::new(engine::MbedTlsEngine::start()?))
}
