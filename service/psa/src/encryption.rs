//! Short messages, encrypted to the holder of a private key.

use parsec_contracts::types::{Algorithm, AsymmetricEncryption, KeyType};
use parsec_contracts::{Secret, policy};
use parsec_provider::{KeyContext, ProviderError};

use crate::capability;
use crate::engine::Engine;

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
    if capability::is_public(&key.attributes.key_type) {
        return Err(ProviderError::invalid_argument(
            "the key is public, and decrypts nothing; name the key pair",
        ));
    }
    engine.decrypt(key, alg, ciphertext, label)
}

/// Whether keys of this type and size, or of some size if that is 0, can encrypt or decrypt.
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

/// How many bytes the longest message has; `None` if the key is too small for even none.
fn room(bits: u32, alg: &AsymmetricEncryption) -> Option<usize> {
    let taken = match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => 11,
        AsymmetricEncryption::RsaOaep { hash_alg } => 2 * hash_alg.length() + 2,
        #[allow(unreachable_patterns)] // Algorithms may come to the contracts.
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
                "{alg:?} with {} of {} bits",
                capability::describe(&attributes.key_type),
                attributes.key_bits
            ))
        })?;
    if *alg == AsymmetricEncryption::RsaPkcs1v15Crypt && !label.is_empty() {
        return Err(ProviderError::invalid_argument(
            "salt: PKCS #1 v1.5 has no label; leave it empty, or use a key for OAEP",
        ));
    }
    Ok(room)
}
