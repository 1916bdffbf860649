//! Signatures.

use cryptoki::error::RvError;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::PkcsPssParams;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectClass;
use cryptoki::types::Ulong;
use parsec_contracts::Status;
use parsec_contracts::types::{AsymmetricSignature, Hash, SignHash};
use parsec_provider::{KeyContext, ProviderError};
use parsec_provider_psa::number_length;

use crate::abilities::Abilities;
use crate::engine::TokenEngine;
use crate::error::{answer, failed};
use crate::mechanism;

/// Whether the token has the algorithm.
pub(crate) fn has(abilities: &Abilities, bits: u32, alg: &AsymmetricSignature) -> bool {
    let has = |mechanism| abilities.has(mechanism, 0);
    match alg {
        AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::EcdsaAny => {
            has(MechanismType::ECDSA)
        }
        AsymmetricSignature::PureEddsa => has(MechanismType::EDDSA),
        AsymmetricSignature::RsaPkcs1v15SignRaw => has(MechanismType::RSA_PKCS),
        AsymmetricSignature::RsaPkcs1v15Sign { hash_alg } => {
            has(MechanismType::RSA_PKCS)
                && specific(*hash_alg)
                    .is_none_or(|hash| mechanism::digest_info(hash, &[]).is_some())
        }
        AsymmetricSignature::RsaPss { hash_alg } => {
            has(MechanismType::RSA_PKCS_PSS)
                && specific(*hash_alg).is_none_or(|hash| {
                    mechanism::hash(hash).is_some_and(|known| has(known.mechanism))
                        && (bits == 0 || has_room(bits, hash))
                })
        }
        _ => false,
    }
}

/// Whether hash and salt, which is as long, fit the key (RFC 8017, 9.1.1, 3).
fn has_room(bits: u32, hash: Hash) -> bool {
    (bits as usize - 1).div_ceil(8) >= 2 * hash.length() + 2
}

fn specific(hash: SignHash) -> Option<Hash> {
    match hash {
        SignHash::Specific(hash) => Some(hash),
        _ => None,
    }
}

/// The mechanism, and what it signs.
fn prepare(
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
) -> Result<(Mechanism<'static>, Vec<u8>), ProviderError> {
    let unknown = || ProviderError::not_supported(format_args!("{alg:?} with keys of a token"));
    let named = alg.sign_hash().and_then(specific);
    Ok(match alg {
        AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::EcdsaAny => {
            // Of a longer hash the first bits count (FIPS 186-4, 6.4), which not every token knows.
            let length = number_length(key.attributes.key_bits).min(hash.len());
            (Mechanism::Ecdsa, hash[..length].to_vec())
        }
        AsymmetricSignature::RsaPkcs1v15SignRaw => (Mechanism::RsaPkcs, hash.to_vec()),
        AsymmetricSignature::RsaPkcs1v15Sign { .. } => {
            let info = mechanism::digest_info(named.ok_or_else(unknown)?, hash);
            (Mechanism::RsaPkcs, info.ok_or_else(unknown)?)
        }
        AsymmetricSignature::RsaPss { .. } => {
            let known = mechanism::hash(named.ok_or_else(unknown)?).ok_or_else(unknown)?;
            let parameters = PkcsPssParams {
                hash_alg: known.mechanism,
                mgf: known.mgf,
                // PSA_ALG_RSA_PSS: the salt is as long as the hash.
                s_len: Ulong::from(hash.len() as u64),
            };
            (Mechanism::RsaPkcsPss(parameters), hash.to_vec())
        }
        _ => return Err(unknown()),
    })
}

/// Signs a hash.
pub(crate) fn sign(
    engine: &TokenEngine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let (mechanism, data) = prepare(key, alg, hash)?;
    sign_data(engine, key, &mechanism, &data)
}

/// Signs a message as it is: EdDSA.
pub(crate) fn sign_message(
    engine: &TokenEngine,
    key: &KeyContext,
    message: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    sign_data(engine, key, &eddsa(), message)
}

fn eddsa() -> Mechanism<'static> {
    Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure))
}

fn sign_data(
    engine: &TokenEngine,
    key: &KeyContext,
    mechanism: &Mechanism<'_>,
    data: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    engine
        .token
        .with_object(key, ObjectClass::PRIVATE_KEY, |session, handle| {
            session.sign(mechanism, handle, data)
        })?
        .map_err(|error| match answer(&error) {
            Some(RvError::DataLenRange | RvError::DataInvalid) => {
                ProviderError::invalid_argument("hash: is too long for the key").with_source(error)
            }
            _ => failed("signing")(error),
        })
}

/// Checks the signature of a hash.
pub(crate) fn verify(
    engine: &TokenEngine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let (mechanism, data) = prepare(key, alg, hash)?;
    verify_data(engine, key, &mechanism, &data, signature)
}

/// Checks the signature of a message as it is: EdDSA.
pub(crate) fn verify_message(
    engine: &TokenEngine,
    key: &KeyContext,
    message: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    verify_data(engine, key, &eddsa(), message, signature)
}

fn verify_data(
    engine: &TokenEngine,
    key: &KeyContext,
    mechanism: &Mechanism<'_>,
    data: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let length = match mechanism {
        Mechanism::Ecdsa | Mechanism::Eddsa(_) => 2 * number_length(key.attributes.key_bits),
        _ => number_length(key.attributes.key_bits),
    };
    if signature.len() != length {
        return Err(no_match());
    }
    engine
        .token
        .with_object(key, ObjectClass::PUBLIC_KEY, |session, handle| {
            session.verify(mechanism, handle, data, signature)
        })?
        .map_err(|error| match answer(&error) {
            Some(RvError::SignatureInvalid | RvError::SignatureLenRange) => no_match(),
            // A number that is not below the modulus is called many things.
            Some(
                RvError::DataLenRange
                | RvError::DataInvalid
                | RvError::GeneralError
                | RvError::FunctionFailed,
            ) => no_match().with_source(error),
            _ => failed("verifying")(error),
        })
}

fn no_match() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidSignature,
        "the signature does not match the hash under this key",
    )
}
