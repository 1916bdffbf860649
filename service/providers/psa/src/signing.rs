//! Signatures.

use parsec_contracts::types::{AsymmetricSignature, SignHash};
use parsec_provider::{KeyContext, ProviderError};

use crate::engine::Engine;
use crate::{capability, hashing};

/// Signs a hash.
pub(crate) fn sign_hash(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    need(engine, key, alg)?;
    engine.sign_hash(key, alg, hash)
}

/// Checks the signature of a hash.
pub(crate) fn verify_hash(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    need(engine, key, alg)?;
    engine.verify_hash(key, alg, hash, signature)
}

/// Hashes a message as the algorithm says.
pub(crate) fn hash_message(
    alg: &AsymmetricSignature,
    message: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    match alg.sign_hash() {
        Some(SignHash::Specific(hash)) => hashing::compute(hash, message),
        _ => Err(ProviderError::invalid_argument(
            "the algorithm names no hash function, so it signs hashes, not messages",
        )),
    }
}

fn need(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
) -> Result<(), ProviderError> {
    let key_type = &key.attributes.key_type;
    if capability::has_signature(engine, key_type, key.attributes.key_bits, alg) {
        return Ok(());
    }
    Err(ProviderError::not_supported(format_args!(
        "{alg:?} with {}",
        capability::describe(key_type)
    )))
}
