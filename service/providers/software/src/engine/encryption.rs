//! RSA encryption.

use parsec_contracts::types::AsymmetricEncryption;
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{KeyContext, ProviderError};
use psa_crypto::operations::asym_encryption;
use psa_crypto::types::status::Error;

use super::convert::{self, failed};
use super::mbed_tls::{MbedTlsEngine, has_hash};

/// Whether the library supports the algorithm.
pub(super) fn has(alg: &AsymmetricEncryption) -> bool {
    match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => true,
        AsymmetricEncryption::RsaOaep { hash_alg } => has_hash(*hash_alg),
        #[allow(unreachable_patterns)] // The contracts may gain algorithms.
        _ => false,
    }
}

/// Encrypts a message that fits the key.
pub(super) fn encrypt(
    engine: &MbedTlsEngine,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    plaintext: &[u8],
    label: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let psa_alg = convert::encryption(alg)?;
    let encrypted = engine.with_key(key, |id, attributes| {
        let mut ciphertext = vec![0; attributes.bits.div_ceil(8)];
        let label = (!label.is_empty()).then_some(label);
        let length = asym_encryption::encrypt(id, psa_alg, plaintext, label, &mut ciphertext)?;
        ciphertext.truncate(length);
        Ok(ciphertext)
    })?;
    encrypted.map_err(|error| failed("encrypting", error))
}

/// Decrypts a ciphertext.
pub(super) fn decrypt(
    engine: &MbedTlsEngine,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    ciphertext: &[u8],
    label: &[u8],
) -> Result<Secret, ProviderError> {
    let psa_alg = convert::encryption(alg)?;
    let decrypted = engine.with_key(key, |id, attributes| {
        // As long as the modulus, so that no message is too long: the library would return another
        // status for that.
        let mut plaintext = Zeroizing::new(vec![0; attributes.bits.div_ceil(8)]);
        let label = (!label.is_empty()).then_some(label);
        let length = asym_encryption::decrypt(id, psa_alg, ciphertext, label, &mut plaintext)?;
        plaintext.truncate(length);
        Ok(Secret::from(plaintext))
    })?;
    decrypted.map_err(|error| match error {
        // A caller who can distinguish these errors can decrypt without the key, with many requests
        // (Bleichenbacher; Manger). The log must not distinguish them either, so the cause is
        // omitted.
        Error::InvalidPadding | Error::InvalidArgument => ProviderError::new(
            Status::PsaErrorInvalidPadding,
            "the ciphertext does not decrypt under this key with this algorithm and label",
        ),
        other => failed("decrypting", other),
    })
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use parsec_contracts::types::{Algorithm, Hash, KeyAttributes, KeyPolicy, KeyType, UsageFlags};
    use parsec_provider::KeyId;
    use rsa::oaep::{DecryptingKey, EncryptingKey};
    use rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _};
    use rsa::sha2::Sha256;
    use rsa::traits::{Decryptor as _, RandomizedEncryptor as _};

    use super::*;
    use parsec_psa::Engine as _;

    const OAEP: AsymmetricEncryption = AsymmetricEncryption::RsaOaep {
        hash_alg: Hash::Sha256,
    };
    const LABEL: &[u8] = b"label";
    const MESSAGE: &[u8] = b"sample";

    fn pair(engine: &MbedTlsEngine, alg: AsymmetricEncryption) -> KeyContext {
        let attributes = KeyAttributes {
            key_type: KeyType::RsaKeyPair,
            key_bits: 2048,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::AsymmetricEncryption(alg),
            },
        };
        KeyContext {
            id: KeyId(1),
            attributes,
            material: engine.generate(&attributes).unwrap(),
        }
    }

    #[test]
    fn encryption_is_compatible_with_another_implementation() {
        let engine = MbedTlsEngine::start().unwrap();
        let key = pair(&engine, OAEP);

        let theirs = rsa::PrivateKey::from_pkcs1_der(key.material.expose()).unwrap();
        let ciphertext = engine.encrypt(&key, &OAEP, MESSAGE, LABEL).unwrap();
        let reader = DecryptingKey::<Sha256>::new_with_label(theirs.clone(), LABEL);
        assert_eq!(reader.decrypt(&ciphertext).unwrap(), MESSAGE);
        let without_label = DecryptingKey::<Sha256>::new(theirs);
        without_label.decrypt(&ciphertext).unwrap_err();

        let public = rsa::PublicKey::from_pkcs1_der(&engine.public_key(&key).unwrap()).unwrap();
        let writer = EncryptingKey::<Sha256>::new_with_label(public, LABEL);
        let ciphertext = writer.encrypt_with_rng(&mut SysRng, MESSAGE).unwrap();
        let message = engine.decrypt(&key, &OAEP, &ciphertext, LABEL).unwrap();
        assert_eq!(message.expose(), MESSAGE);
    }

    #[test]
    fn the_log_does_not_distinguish_invalid_ciphertexts() {
        let engine = MbedTlsEngine::start().unwrap();
        for alg in [OAEP, AsymmetricEncryption::RsaPkcs1v15Crypt] {
            let key = pair(&engine, alg);
            let [padding, range, length] = [vec![1; 256], vec![0xff; 256], vec![1; 255]]
                .map(|wrong| engine.decrypt(&key, &alg, &wrong, b"").unwrap_err())
                .map(|error| format!("{error:?}"));
            assert_eq!(padding, range);
            assert_eq!(padding, length);
            engine.forget(&key).unwrap();
        }
    }
}
