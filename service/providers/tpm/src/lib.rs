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
mod device;
mod engine;
mod error;
mod import;
mod known;
mod random;
mod reach;
mod registers;
mod sealing;
mod signing;
mod storage_key;
mod symmetric;
mod template;
mod watch;

use std::time::Duration;

use std::sync::Arc;

use parsec_contracts::{Opcode, Secret};
use parsec_provider::{Journal, ProviderError};
use parsec_psa::{OperationGroup, PsaProvider};

pub use crate::registers::{Bank, Registers};
pub use parsec_psa::SoftwarePadding;

/// The operations that it serves besides those that all engines serve.
pub(crate) const OPERATION_GROUPS: &[OperationGroup] = &[OperationGroup::Attestation];

/// The operations that it serves.
pub fn opcodes() -> Vec<Opcode> {
    parsec_psa::opcodes(OPERATION_GROUPS)
}

/// How long a chip may take for a command unless the settings say otherwise.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

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
    /// How long the chip may take for a command; ten times as long for making a key. When it takes
    /// longer, callers get an error that it does not answer, and so does everybody else at once
    /// until it answers.
    pub command_timeout: Duration,
    /// When software pads what a chip could pad as well.
    pub software_padding: SoftwarePadding,
}

impl Default for Settings {
    /// The kernel's resource manager, without authorisation values.
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

/// Connects to the chip and starts a provider. The journal is the service's memory of the chip.
///
/// # Errors
///
/// `psa-error-communication-failure` if there is no chip, or another one than the journal's, `psa-error-not-permitted` if the owner's
/// authorisation value is another.
pub fn start(settings: Settings, journal: Arc<dyn Journal>) -> Result<PsaProvider, ProviderError> {
    Ok(PsaProvider::new(engine::TpmEngine::start(
        settings, journal,
    )?))
}

/// Seals a secret of up to 128 bytes, so that this chip alone gives it back, and only while the
/// registers, if any are named, have the values that they have now.
///
/// # Errors
///
/// As of [`start`]; `psa-error-not-supported` if the chip has no such registers.
pub fn seal(
    settings: &Settings,
    registers: Registers,
    secret: &Secret,
) -> Result<Secret, ProviderError> {
    sealing::seal(settings, registers, secret)
}

/// Gives back what [`seal`] has sealed.
///
/// # Errors
///
/// As of [`start`]; `psa-error-hardware-failure` if another chip sealed it, or this one has been
/// cleared since; `psa-error-not-permitted` if a register has another value.
pub fn unseal(settings: &Settings, sealed: Secret) -> Result<Secret, ProviderError> {
    sealing::unseal(settings, sealed)
}

/// The registers to which [`seal`] has sealed it, which needs no chip.
///
/// # Errors
///
/// `psa-error-data-corrupt` if it was not sealed here.
pub fn sealed_to(sealed: &Secret) -> Result<Registers, ProviderError> {
    sealing::bound_to(sealed)
}
