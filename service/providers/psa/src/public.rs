//! Verification in software: a device's answer about a public key need not be believed.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use parsec_contracts::Status;
use parsec_contracts::types::{AsymmetricSignature, EccFamily, Hash, KeyType, SignHash};
use parsec_provider::ProviderError;
use subtle::ConstantTimeEq as _;

use crate::curves::{number_length, padded};
use crate::rsa::PublicKey;
use crate::{hashing, pkcs1v15, pss};

/// Whether [`verify_hash`] knows the algorithm with keys of that type and size.
pub fn can_verify(key_type: &KeyType, bits: u32, alg: &AsymmetricSignature) -> bool {
    match alg {
        AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::EcdsaAny => {
            curve(key_type) == Some(EccFamily::SecpR1) && matches!(bits, 256 | 384 | 521)
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

/// Verifies the signature of a hash. The public key is in the wire's format.
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
        return Err(ProviderError::not_supported(format_args!("{alg:?}")));
    }
    if curve(key_type).is_some() {
        return verify_ecdsa(bits, public_key, hash, signature);
    }
    let key = PublicKey::from_pkcs1(public_key).ok_or_else(no_key)?;
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

/// How long the salt of a PSS signature is; `None` if it does not match with any salt.
///
/// # Errors
///
/// `psa-error-not-supported` for a hash function that is not here.
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

/// The hash function of an algorithm. One that leaves it open is understood by the length.
///
/// # Errors
///
/// `psa-error-not-supported` if no hash function is so long.
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

/// The number that ECDSA signs (FIPS 186-5, 6.4.1): the hash, cut to the length of the curve's
/// order, with zeros before it if it is shorter. On curves of whole bytes and for hashes shorter
/// than the order nothing is cut within a byte.
pub fn ecdsa_number(hash: &[u8], bits: u32) -> Vec<u8> {
    let length = number_length(bits);
    padded(&hash[..hash.len().min(length)], length)
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
    bits: u32,
    point: &[u8],
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let number = ecdsa_number(hash, bits);
    macro_rules! verify {
        ($curve:ident) => {{
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| no_key())?;
            let signature =
                $curve::ecdsa::Signature::from_slice(signature).map_err(|_| no_match())?;
            key.verify_prehash(&number, &signature)
                .map_err(|_| no_match())
        }};
    }
    match bits {
        256 => verify!(p256),
        384 => verify!(p384),
        _ => verify!(p521),
    }
}

fn no_key() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorDataInvalid,
        "the stored public key is malformed; restore the key store from a backup",
    )
}
