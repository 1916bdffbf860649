//! Verification and encryption with public keys in software, so that the results of a device can be
//! checked.

use ecdsa::signature::hazmat::PrehashVerifier as _;
use parsec_contracts::Status;
use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, Hash, KeyType, SignHash,
};
use parsec_provider::ProviderError;
use subtle::ConstantTimeEq as _;

use crate::curves::{has_public_point, number_length, padded};
use crate::rsa::PublicKey;
use crate::{hashing, oaep, pkcs1v15, pss};

/// Whether [`verify_hash`], or [`verify_message`] for EdDSA, supports the algorithm with keys of
/// that type and size.
pub fn can_verify(key_type: &KeyType, bits: u32, alg: &AsymmetricSignature) -> bool {
    let has_curve = |is_edwards| {
        curve(key_type).is_some_and(|family| {
            (family == EccFamily::TwistedEdwards) == is_edwards && has_public_point(family, bits)
        })
    };
    match alg {
        AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::EcdsaAny => has_curve(false),
        AsymmetricSignature::PureEddsa => has_curve(true),
        AsymmetricSignature::RsaPkcs1v15SignRaw => {
            matches!(key_type, KeyType::RsaKeyPair | KeyType::RsaPublicKey)
        }
        AsymmetricSignature::RsaPkcs1v15Sign { .. } | AsymmetricSignature::RsaPss { .. } => {
            matches!(key_type, KeyType::RsaKeyPair | KeyType::RsaPublicKey)
                && match alg.sign_hash() {
                    Some(SignHash::Specific(hash)) => hashing::has(hash),
                    _ => true,
                }
        }
        _ => false,
    }
}

/// Verifies the signature of a hash. The public key is in the wire format.
///
/// # Errors
///
/// `psa-error-invalid-signature` if it does not match; `psa-error-not-supported` unless
/// [`can_verify`]; `psa-error-data-invalid` if the public key is malformed.
pub fn verify_hash(
    (key_type, bits): (&KeyType, u32),
    public_key: &[u8],
    alg: &AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    if !can_verify(key_type, bits, alg) {
        return Err(ProviderError::not_supported(format_args!("{alg}")));
    }
    if let Some(family) = curve(key_type) {
        return verify_ecdsa((family, bits), public_key, hash, signature);
    }
    let key = PublicKey::from_pkcs1(public_key).ok_or_else(no_key)?;
    if *alg == AsymmetricSignature::RsaPkcs1v15SignRaw {
        let expected = pkcs1v15::raw_signature_block(hash, key.length())?;
        return match key.apply(signature) == Some(expected) {
            true => Ok(()),
            false => Err(no_match()),
        };
    }
    let hash_alg = hash_of(alg, hash.len())?;
    let block = key.apply(signature).ok_or_else(no_match)?;
    let matches = match alg {
        AsymmetricSignature::RsaPss { .. } => {
            let salt = pss::salt_in(hash_alg, hash, &block, key.bits())?;
            salt.is_some() && salt == pss::salt_length(hash_alg, key.bits())
        }
        _ => {
            let expected = pkcs1v15::signature_block(hash_alg, hash, key.length())?;
            expected.ct_eq(&block).into()
        }
    };
    if matches { Ok(()) } else { Err(no_match()) }
}

/// Verifies the EdDSA signature of a message. The public key is in the wire format.
///
/// # Errors
///
/// As [`verify_hash`].
pub fn verify_message(
    (key_type, bits): (&KeyType, u32),
    public_key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let alg = AsymmetricSignature::PureEddsa;
    if !can_verify(key_type, bits, &alg) {
        return Err(ProviderError::not_supported(format_args!("{alg}")));
    }
    let key = <&[u8; 32]>::try_from(public_key).map_err(|_| no_key())?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| no_key())?;
    let signature = <&[u8; 64]>::try_from(signature).map_err(|_| no_match())?;
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    key.verify_strict(message, &signature)
        .map_err(|_| no_match())
}

/// Encrypts with RSA a message that fits the key. The public key is in the wire format.
///
/// # Errors
///
/// `psa-error-invalid-argument` if the message does not fit; `psa-error-not-supported` if the hash
/// function is not supported; `psa-error-data-invalid` if the public key is malformed.
pub fn encrypt(
    public_key: &[u8],
    alg: &AsymmetricEncryption,
    plaintext: &[u8],
    label: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let key = PublicKey::from_pkcs1(public_key).ok_or_else(no_key)?;
    let block = match alg {
        AsymmetricEncryption::RsaOaep { hash_alg } => {
            oaep::pad(*hash_alg, label, plaintext, key.length())?
        }
        AsymmetricEncryption::RsaPkcs1v15Crypt => {
            pkcs1v15::encryption_block(plaintext, key.length())?
        }
        #[allow(unreachable_patterns)] // The contracts may gain algorithms.
        other => return Err(ProviderError::not_supported(format_args!("{other}"))),
    };
    key.apply(block.expose()).ok_or_else(no_key)
}

/// The length of the salt of a PSS signature; `None` if the signature does not match with any salt.
///
/// # Errors
///
/// `psa-error-not-supported` if the hash function is not supported.
pub fn pss_salt(
    public_key: &[u8],
    hash_alg: Hash,
    hash: &[u8],
    signature: &[u8],
) -> Result<Option<usize>, ProviderError> {
    let key = PublicKey::from_pkcs1(public_key).ok_or_else(no_key)?;
    match key.apply(signature) {
        Some(block) => pss::salt_in(hash_alg, hash, &block, key.bits()),
        None => Ok(None),
    }
}

/// The hash function of an algorithm. If the algorithm leaves it open, the length determines it.
///
/// # Errors
///
/// `psa-error-not-supported` if no hash function has this length.
pub fn hash_of(alg: &AsymmetricSignature, length: usize) -> Result<Hash, ProviderError> {
    if let Some(SignHash::Specific(hash)) = alg.sign_hash() {
        return Ok(hash);
    }
    [
        Hash::Sha1,
        Hash::Sha224,
        Hash::Sha256,
        Hash::Sha384,
        Hash::Sha512,
    ]
    .into_iter()
    .find(|hash| hash.length() == length)
    .ok_or_else(|| ProviderError::not_supported(format_args!("hashes of {length} bytes")))
}

/// The error for every signature that does not match.
pub fn no_match() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidSignature,
        "the signature does not match the hash under this key",
    )
}

/// The number that ECDSA signs (FIPS 186-5, 6.4.1): the hash, truncated or padded with leading
/// zeros to the length of the curve's order. The orders of the curves have as many bits as their
/// primes.
pub fn ecdsa_number(hash: &[u8], bits: u32) -> Vec<u8> {
    let length = number_length(bits);
    let mut number = padded(&hash[..hash.len().min(length)], length);
    let spare = 8 * length as u32 - bits;
    if hash.len() >= length && spare != 0 {
        // The order ends within a byte: the last bits are dropped.
        let mut carry = 0;
        for byte in &mut number {
            (*byte, carry) = (*byte >> spare | carry, *byte << (8 - spare));
        }
    }
    number
}

fn curve(key_type: &KeyType) -> Option<EccFamily> {
    match key_type {
        KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
            Some(*curve_family)
        }
        _ => None,
    }
}

fn verify_ecdsa(
    (family, bits): (EccFamily, u32),
    point: &[u8],
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let number = ecdsa_number(hash, bits);
    macro_rules! verify {
        ($curve:ty) => {{
            let key =
                ecdsa::VerifyingKey::<$curve>::from_sec1_bytes(point).map_err(|_| no_key())?;
            let signature =
                ecdsa::Signature::<$curve>::from_slice(signature).map_err(|_| no_match())?;
            // The crate k256 accepts only the smaller s, as some protocols do; ECDSA (FIPS 186-5,
            // 6.4.2) accepts both.
            key.verify_prehash(&number, &signature.normalize_s())
                .map_err(|_| no_match())
        }};
    }
    match (family, bits) {
        (EccFamily::SecpR1, 256) => verify!(p256::NistP256),
        (EccFamily::SecpR1, 384) => verify!(p384::NistP384),
        (EccFamily::SecpR1, 521) => verify!(p521::NistP521),
        (EccFamily::SecpK1, 256) => verify!(k256::Secp256k1),
        (EccFamily::BrainpoolPR1, 256) => verify!(bp256::BrainpoolP256r1),
        (EccFamily::BrainpoolPR1, 384) => verify!(bp384::BrainpoolP384r1),
        _ => Err(ProviderError::not_supported("the curve")),
    }
}

fn no_key() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorDataInvalid,
        "the stored public key is malformed; restore the key store from a backup",
    )
}

#[cfg(test)]
mod tests;
