#![forbid(unsafe_code)]
//! The TPM provider: keys that only this machine's Trusted Platform Module 2.0 can use.
//!
//! Keys are children of a storage key under the owner hierarchy. The TPM returns each as a public
//! area and a private area that only it can decrypt; the service stores both, and the TPM stores
//! nothing. Each key has its own authorization value, which is only sent in sessions that are
//! salted with the storage key and encrypted.

mod abilities;
mod asymmetric;
mod attestation;
mod blob;
mod convert;
mod device;
mod engine;
mod error;
mod import;
mod known;
mod loaded_key;
mod loading;
mod pcr;
mod random;
mod reach;
mod registers;
mod registration;
mod sealing;
mod signing;
mod storage_key;
mod symmetric;
mod symmetric_template;
mod template;
mod tpm;
mod watch;

use std::time::Duration;

use std::sync::Arc;

use parsec_contracts::Secret;
use parsec_provider::{Journal, ProviderError};
use parsec_psa::PsaProvider;

pub use crate::registers::{Bank, Registers};
pub use crate::registration::REGISTRATION;
pub use parsec_psa::SoftwarePadding;

/// The default timeout of a command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// The configuration of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// In the notation of tpm2-tss: `device:/dev/tpmrm0`, `tabrmd`, `swtpm:host=127.0.0.1,port=2321`.
    pub tcti: String,
    /// The authorization value of the owner hierarchy, empty on most machines.
    pub owner_auth: Secret,
    /// The persistent handle of the storage key, 0x81000000 to 0x81ffffff; the key is created there
    /// if it does not exist. If `None`, the TPM creates the same key again each time it is needed.
    pub storage_key_handle: Option<u32>,
    /// The authorization value of the endorsement hierarchy, for the endorsement key.
    pub endorsement_auth: Secret,
    /// The timeout of a command; generating a key may take ten times as long. After the timeout,
    /// this caller and all others get an error until the TPM responds again.
    pub command_timeout: Duration,
    /// When software pads although the TPM could.
    pub software_padding: SoftwarePadding,
}

impl Default for Settings {
    /// The kernel's resource manager, without authorization values.
    fn default() -> Self {
        Self {
            tcti: "device:/dev/tpmrm0".to_owned(),
            owner_auth: Secret::default(),
            storage_key_handle: None,
            endorsement_auth: Secret::default(),
            command_timeout: COMMAND_TIMEOUT,
            software_padding: SoftwarePadding::default(),
        }
    }
}

/// Connects to the TPM and starts a provider. The journal is the service's record of the TPM.
///
/// # Errors
///
/// `psa-error-communication-failure` if there is no TPM, or the TPM is not the journal's;
/// `psa-error-not-permitted` if the authorization value of the owner hierarchy is wrong.
pub fn start(settings: Settings, journal: Arc<dyn Journal>) -> Result<PsaProvider, ProviderError> {
    Ok(PsaProvider::new(engine::TpmEngine::start(
        settings, journal,
    )?))
}

/// Seals a secret of up to 128 bytes. Only this TPM can unseal it, and only while the registers, if
/// there are any, have their current values.
///
/// # Errors
///
/// As of [`start`]; `psa-error-not-supported` if the TPM does not have the registers.
pub fn seal(
    settings: &Settings,
    registers: Registers,
    secret: &Secret,
) -> Result<Secret, ProviderError> {
    sealing::seal(settings, registers, secret)
}

/// Unseals a secret of [`seal`].
///
/// # Errors
///
/// As of [`start`]; `psa-error-hardware-failure` if another TPM sealed it, or this one was cleared;
/// `psa-error-not-permitted` if a register has another value.
pub fn unseal(settings: &Settings, sealed: Secret) -> Result<Secret, ProviderError> {
    sealing::unseal(settings, sealed)
}

/// The registers to which [`seal`] bound a secret. This needs no TPM.
///
/// # Errors
///
/// `psa-error-data-corrupt` if it was not sealed by this function.
pub fn sealed_to(sealed: &Secret) -> Result<Registers, ProviderError> {
    sealing::bound_to(sealed)
}
