//! RSA encryption.

use parsec_contracts::types::{Algorithm, AsymmetricEncryption, KeyType};
use parsec_contracts::{Secret, policy};
use parsec_provider::{KeyContext, ProviderError};

use crate::engine::Engine;
use crate::key_type::{describe, is_public};

/// Encrypts with a public key, or with the public part of a key pair.
pub(crate) fn encrypt(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    plaintext: &Secret,
    label: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let room = need(engine, key, alg, label)?;
    if plaintext.len() > room {
        return Err(ProviderError::invalid_argument(format!(
            "plaintext: has {} bytes, and at most {room} fit this key with this algorithm; \
             encrypt a symmetric key instead, and the message with that",
            plaintext.len()
        )));
    }
    engine.encrypt(key, alg, plaintext.expose(), label)
}

/// Decrypts with a key pair.
pub(crate) fn decrypt(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    ciphertext: &[u8],
    label: &[u8],
) -> Result<Secret, ProviderError> {
    need(engine, key, alg, label)?;
    if is_public(&key.attributes.key_type) {
        return Err(ProviderError::invalid_argument(
            "a public key cannot decrypt; use the key pair",
        ));
    }
    engine.decrypt(key, alg, ciphertext, label)
}

/// Whether keys of this type and size can encrypt or decrypt; a size of 0 means any size.
pub(crate) fn has(
    engine: &dyn Engine,
    key_type: &KeyType,
    bits: u32,
    alg: &AsymmetricEncryption,
) -> bool {
    policy::suits(key_type, &Algorithm::AsymmetricEncryption(*alg))
        && engine.has_encryption(alg)
        && (bits == 0 || room(bits, alg).is_some())
}

/// The length of the longest message; `None` if the key is too small for any message.
fn room(bits: u32, alg: &AsymmetricEncryption) -> Option<usize> {
    let taken = match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => 11,
        AsymmetricEncryption::RsaOaep { hash_alg } => 2 * hash_alg.length() + 2,
        #[allow(unreachable_patterns)] // The contracts may gain algorithms.
        _ => return None,
    };
    (bits as usize).div_ceil(8).checked_sub(taken)
}

fn need(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    label: &[u8],
) -> Result<usize, ProviderError> {
    let attributes = &key.attributes;
    let room = room(attributes.key_bits, alg)
        .filter(|_| has(engine, &attributes.key_type, attributes.key_bits, alg))
        .ok_or_else(|| {
            ProviderError::not_supported(format_args!(
                "{alg} with {} of {} bits",
                describe(&attributes.key_type),
                attributes.key_bits
            ))
        })?;
    if *alg == AsymmetricEncryption::RsaPkcs1v15Crypt && !label.is_empty() {
        return Err(ProviderError::invalid_argument(
            "salt: not supported by PKCS #1 v1.5; omit it, or use a key for OAEP",
        ));
    }
    Ok(room)
}
