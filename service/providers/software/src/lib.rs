#![deny(unsafe_code)]
//! The software provider: the service stores its keys encrypted, and they are in memory while they
//! are used.
//!
//! Operations on key pairs use the vendored Mbed TLS behind one lock for the process, because two
//! threads in that build at once corrupt its memory. Other operations do not wait for the lock:
//! they are computed in pure Rust, RSA key pairs are generated outside of the library, and random
//! bytes come from the operating system, whose generator needs no lock and has no state that
//! threads or forked processes share.

mod engine;

use parsec_contracts::Opcode;
use parsec_provider::ProviderError;
use parsec_psa::{OperationGroup, PsaProvider};

/// The operation groups of the provider, in addition to the operations of all engines.
pub(crate) const OPERATION_GROUPS: &[OperationGroup] = &[
    OperationGroup::Export,
    OperationGroup::Aead,
    OperationGroup::Streams,
    OperationGroup::AeadStreams,
    OperationGroup::KeyWrap,
];

/// The operations of the provider.
pub fn opcodes() -> Vec<Opcode> {
    parsec_psa::opcodes(OPERATION_GROUPS)
}

/// Starts a provider. Several providers in one process share the library's lock, but no keys.
///
/// # Errors
///
/// The library's status if it does not start, for example without entropy.
pub fn start() -> Result<PsaProvider, ProviderError> {
    Ok(PsaProvider::new(engine::MbedTlsEngine::start()?))
}
