#![forbid(unsafe_code)]
//! The TPM provider: keys that only this machine's Trusted Platform Module 2.0 can use.
//!
//! Keys are children of a storage key under the owner hierarchy. The chip gives each out as a
//! public part and a private part that it alone can decrypt; the service stores both, and the
//! chip keeps nothing. A key has an authorisation value of its own, which is sent only in sessions
//! that are salted with the storage key and encrypted.

mod abilities;
mod asymmetric;
mod attestation;
mod blob;
mod chip;
mod convert;
mod engine;
mod error;
mod import;
mod opcodes;
mod reach;
mod registers;
mod sealing;
mod storage_key;
mod symmetric;
mod template;

use parsec_contracts::Secret;
use parsec_provider::ProviderError;
use parsec_provider_psa::PsaProvider;

pub use crate::opcodes::ALL as OPCODES;

/// How the chip is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// In the notation of tpm2-tss: `device:/dev/tpmrm0`, `tabrmd`, `swtpm:host=127.0.0.1,port=2321`.
    pub tcti: String,
    /// The owner hierarchy's authorisation value, empty on most machines.
    pub owner_auth: Secret,
    /// Where the storage key is kept in the chip, 0x81000000 to 0x81ffffff; made there if there is
    /// none. Without it, the chip makes the same key again each time it is needed.
    pub storage_key_handle: Option<u32>,
    /// The endorsement hierarchy's, with which the chip's own key attests.
    pub endorsement_auth: Secret,
}

/// Connects to the chip and starts a provider.
///
/// # Errors
///
/// `psa-error-communication-failure` if there is no chip, `psa-error-not-permitted` if the owner's
/// authorisation value is another.
pub fn start(settings: Settings) -> Result<PsaProvider, ProviderError> {
    Ok(PsaProvider::new(engine::TpmEngine::start(settings)?))
}

/// Seals a secret of up to 128 bytes, so that this chip alone gives it back.
///
/// # Errors
///
/// As of [`start`].
pub fn seal(settings: &Settings, secret: &Secret) -> Result<Secret, ProviderError> {
    sealing::seal(settings, secret)
}

/// Gives back what [`seal`] has sealed.
///
/// # Errors
///
/// As of [`start`]; `psa-error-hardware-failure` if another chip sealed it, or this one has been
/// cleared since.
pub fn unseal(settings: &Settings, sealed: Secret) -> Result<Secret, ProviderError> {
    sealing::unseal(settings, sealed)
}
