//! Signatures of hashes and messages.

use parsec_contracts::types::{AsymmetricSignature, SignHash};
use parsec_provider::{KeyContext, ProviderError};

use crate::engine::Engine;
use crate::key_type::describe;
use crate::{capability, hashing};

/// Signs a hash.
pub(crate) fn sign_hash(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    need(engine, key, alg)?;
    refuse_messages(alg)?;
    engine.sign_hash(key, alg, hash)
}

/// Signs a message, after hashing it if the algorithm does so.
pub(crate) fn sign_message(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    message: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    if *alg == AsymmetricSignature::PureEddsa {
        need(engine, key, alg)?;
        return engine.sign_message(key, alg, message, &[]);
    }
    let hash = hash_message(alg, message)?;
    if engine.hashes_messages(alg) {
        need(engine, key, alg)?;
        return engine.sign_message(key, alg, message, &hash);
    }
    sign_hash(engine, key, alg, &hash)
}

/// Verifies the signature of a message.
pub(crate) fn verify_message(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    message: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    if *alg == AsymmetricSignature::PureEddsa {
        need(engine, key, alg)?;
        return engine.verify_message(key, alg, message, signature);
    }
    verify_hash(engine, key, alg, &hash_message(alg, message)?, signature)
}

fn refuse_messages(alg: &AsymmetricSignature) -> Result<(), ProviderError> {
    if *alg != AsymmetricSignature::PureEddsa {
        return Ok(());
    }
    Err(ProviderError::invalid_argument(
        "alg: EdDSA signs messages, not hashes; send the message",
    ))
}

/// Verifies the signature of a hash.
pub(crate) fn verify_hash(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    need(engine, key, alg)?;
    refuse_messages(alg)?;
    engine.verify_hash(key, alg, hash, signature)
}

/// Hashes a message with the algorithm's hash function.
fn hash_message(alg: &AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
    match alg.sign_hash() {
        Some(SignHash::Specific(hash)) => hashing::compute(hash, message),
        _ => Err(ProviderError::invalid_argument(
            "the algorithm has no hash function, so it signs only hashes, not messages",
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
        "{alg} with {}",
        describe(key_type)
    )))
}
