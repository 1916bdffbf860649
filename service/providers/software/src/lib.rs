#![deny(unsafe_code)]
//! The software provider: keys are bytes that the service stores, encrypted, and that are in
//! memory while they are used.
//!
//! What needs a key pair goes to the vendored Mbed TLS behind one lock for the whole process,
//! because that build must never be entered by two threads at once. Generating an RSA key holds
//! it until the key is found, a second or more for 4096 bits; signatures wait for it. What needs
//! no key pair never waits: it is computed by pure Rust code, and random bytes come from the
//! operating system, whose generator needs no lock, has no state that two threads or a forked
//! child could share, and is seeded before we are.

mod engine;

use parsec_contracts::Opcode;
use parsec_provider::ProviderError;
use parsec_psa::{OperationGroup, PsaProvider};

/// The operations that it serves besides those that all engines serve.
pub(crate) const OPERATION_GROUPS: &[OperationGroup] = &[
    OperationGroup::Export,
    OperationGroup::Aead,
    OperationGroup::Streams,
    OperationGroup::AeadStreams,
    OperationGroup::KeyWrap,
];

/// The operations that it serves.
pub fn opcodes() -> Vec<Opcode> {
    parsec_psa::opcodes(OPERATION_GROUPS)
}

/// Starts a provider. Several may live in one process; they share the library's lock, but no keys.
///
/// # Errors
///
/// The library's status if it does not start, for example for want of entropy.
pub fn start() -> Result<PsaProvider, ProviderError> {
    Ok(PsaProvider::new(engine::MbedTlsEngine::start()?))
}
