//! The public area of HMAC and AES keys.

use parsec_contracts::types::{KeyAttributes, KeyType};
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm, SymmetricMode};
use tss_esapi::interface_types::key_bits::AesKeyBits;
use tss_esapi::structures::{
    Digest, KeyedHashScheme, Public, PublicBuilder, PublicKeyedHashParameters,
    SymmetricCipherParameters, SymmetricDefinitionObject,
};

/// The template of an HMAC or AES key. A fixed key cannot leave this TPM. `unique` is the key's
/// public part, if it is known.
pub(crate) fn symmetric(
    attributes: &KeyAttributes,
    is_fixed: bool,
    unique: Digest,
) -> Result<Public, tss_esapi::Error> {
    let is_hmac = matches!(attributes.key_type, KeyType::Hmac);
    let objects = ObjectAttributesBuilder::new()
        .with_fixed_tpm(is_fixed)
        .with_fixed_parent(is_fixed)
        .with_user_with_auth(true)
        .with_no_da(true)
        .with_sign_encrypt(true)
        // A keyed hash without a scheme needs both flags (Part 1, 25.1.7), and supports any hash.
        .with_decrypt(true)
        .build()?;
    let builder = PublicBuilder::new()
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(objects);
    if is_hmac {
        return builder
            .with_public_algorithm(PublicAlgorithm::KeyedHash)
            .with_keyed_hash_parameters(PublicKeyedHashParameters::new(KeyedHashScheme::Null))
            .with_keyed_hash_unique_identifier(unique)
            .build();
    }
    let key_bits = match attributes.key_bits {
        128 => AesKeyBits::Aes128,
        192 => AesKeyBits::Aes192,
        _ => AesKeyBits::Aes256,
    };
    builder
        .with_public_algorithm(PublicAlgorithm::SymCipher)
        .with_symmetric_cipher_parameters(SymmetricCipherParameters::new(
            SymmetricDefinitionObject::Aes {
                key_bits,
                mode: SymmetricMode::Null,
            },
        ))
        .with_symmetric_cipher_unique_identifier(unique)
        .build()
}
