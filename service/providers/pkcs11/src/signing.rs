//! Signatures. Software verifies every signature before it is returned, and verifies with public
//! keys if it supports the curve. What a token pads incorrectly is padded in software.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectClass;
use parsec_contracts::Status;
use parsec_contracts::types::{AsymmetricSignature, Hash, KeyType};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::{number_length, padded, pss, public};

use crate::abilities::Abilities;
use crate::error::{answer, failed, is_about_mechanism};
use crate::mechanism::eddsa;
use crate::object::Object;
use crate::token_engine::TokenEngine;
use crate::ways::{self, SignatureInput, WAYS, Way, listed, named};

/// Whether the token supports the algorithm, or raw RSA, for which the padding is computed in
/// software.
pub(crate) fn has(abilities: &Abilities, bits: u32, alg: &AsymmetricSignature) -> bool {
    let hash = named(alg);
    let has_room = match (alg, hash) {
        (AsymmetricSignature::RsaPss { .. }, Some(hash)) => {
            bits == 0 || pss::salt_length(hash, bits).is_some()
        }
        _ => true,
    };
    has_room
        && WAYS
            .into_iter()
            .any(|way| listed(abilities, alg, hash, way).is_some())
}

/// Whether messages are passed to the token, which hashes them.
pub(crate) fn hashes_messages(abilities: &Abilities, alg: &AsymmetricSignature) -> bool {
    listed(abilities, alg, named(alg), Way::Hashing).is_some()
}

/// Signs a hash or message.
pub(crate) fn sign(
    engine: &TokenEngine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    input: SignatureInput<'_>,
) -> Result<Vec<u8>, ProviderError> {
    let hash = match alg {
        AsymmetricSignature::RsaPkcs1v15Sign { .. } | AsymmetricSignature::RsaPss { .. } => {
            Some(public::hash_of(alg, input.hash().len())?)
        }
        _ => named(alg),
    };
    let mut last = ProviderError::not_supported(format_args!("{alg} with keys of this token"));
    for (way, mechanism_type) in ways_of(engine, alg, hash) {
        let Some(request) = ways::request((alg, hash), key.attributes.key_bits, way, input)? else {
            continue;
        };
        let signed =
            engine
                .token
                .with_object(key, ObjectClass::PRIVATE_KEY, |session, handle| {
                    session.sign(&request.mechanism, handle, &request.data)
                })?;
        last = match signed {
            Ok(signature) => match checked(key, alg, input, signature)? {
                Some(signature) => return Ok(signature),
                None => wrong_signature(),
            },
            Err(error) if is_about_mechanism(&error) => failed("signing")(error),
            Err(error) => return Err(not_signed(error)),
        };
        if !engine.refusals.contains(mechanism_type, hash) {
            tracing::warn!(
                mechanism = %mechanism_type, hash = hash.map_or("", Hash::name), error = %last,
                "the token does not sign correctly with this mechanism; trying another one"
            );
            engine.refusals.add(mechanism_type, hash);
        }
    }
    Err(last)
}

/// The ways of signing that the token lists, in the order of preference. Ways that failed before
/// come last: the failure may have been temporary.
fn ways_of(
    engine: &TokenEngine,
    alg: &AsymmetricSignature,
    hash: Option<Hash>,
) -> Vec<(Way, MechanismType)> {
    let found = WAYS
        .into_iter()
        .filter_map(|way| Some((way, listed(&engine.abilities, alg, hash, way)?)));
    let (mut good, bad): (Vec<_>, Vec<_>) =
        found.partition(|(_, mechanism)| !engine.refusals.contains(*mechanism, hash));
    if engine.pads_in_software() {
        good.sort_by_key(|(way, _)| *way != Way::Bare);
    }
    good.extend(bad);
    good
}

/// Returns the signature if it is valid.
fn checked(
    key: &KeyContext,
    alg: &AsymmetricSignature,
    input: SignatureInput<'_>,
    signature: Vec<u8>,
) -> Result<Option<Vec<u8>>, ProviderError> {
    // Some tokens omit leading zeros.
    let signature = match key.attributes.key_type {
        KeyType::RsaKeyPair => padded(&signature, number_length(key.attributes.key_bits)),
        _ => signature,
    };
    match verified_here(key, alg, input, &signature)? {
        None | Some(Ok(())) => Ok(Some(signature)),
        Some(Err(error)) if error.status() == Status::PsaErrorInvalidSignature => Ok(None),
        Some(Err(error)) => Err(error),
    }
}

/// Verifies the signature in software; `None` if software does not support the curve.
fn verified_here(
    key: &KeyContext,
    alg: &AsymmetricSignature,
    input: SignatureInput<'_>,
    signature: &[u8],
) -> Result<Option<Result<(), ProviderError>>, ProviderError> {
    let kind = (&key.attributes.key_type, key.attributes.key_bits);
    if !public::can_verify(kind.0, kind.1, alg) {
        return Ok(None);
    }
    let public = Object::decode(&key.material)?.public;
    Ok(Some(match (alg, input) {
        (AsymmetricSignature::PureEddsa, SignatureInput::Message(message, _)) => {
            public::verify_message(kind, &public, message, signature)
        }
        _ => public::verify_hash(kind, &public, alg, input.hash(), signature),
    }))
}

fn wrong_signature() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorHardwareFailure,
        "the token made an invalid signature, which is not returned. If this happens again, the \
         token is broken, or its object is not the stored key",
    )
}

fn not_signed(error: Error) -> ProviderError {
    match answer(&error) {
        Some(RvError::DataLenRange | RvError::DataInvalid) => {
            ProviderError::invalid_argument("hash: is too long for the key").with_source(error)
        }
        _ => failed("signing")(error),
    }
}

/// Verifies a signature in software, or with the token on curves that software does not support.
pub(crate) fn verify(
    engine: &TokenEngine,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    input: SignatureInput<'_>,
    signature: &[u8],
) -> Result<(), ProviderError> {
    if let Some(result) = verified_here(key, alg, input, signature)? {
        return result;
    }
    match (alg, input) {
        (AsymmetricSignature::PureEddsa, SignatureInput::Message(message, _)) => {
            verify_with_token(engine, key, &eddsa(), message, signature)
        }
        _ => {
            let length = number_length(key.attributes.key_bits).min(input.hash().len());
            let number = &input.hash()[..length];
            verify_with_token(engine, key, &Mechanism::Ecdsa, number, signature)
        }
    }
}

fn verify_with_token(
    engine: &TokenEngine,
    key: &KeyContext,
    mechanism: &Mechanism<'_>,
    data: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    if signature.len() != 2 * number_length(key.attributes.key_bits) {
        return Err(public::no_match());
    }
    engine
        .token
        .with_object(key, ObjectClass::PUBLIC_KEY, |session, handle| {
            session.verify(mechanism, handle, data, signature)
        })?
        .map_err(|error| match answer(&error) {
            // Tokens have many return values for a number that is not below the order.
            Some(
                RvError::SignatureInvalid
                | RvError::SignatureLenRange
                | RvError::DataLenRange
                | RvError::DataInvalid
                | RvError::GeneralError
                | RvError::FunctionFailed,
            ) => public::no_match().with_source(error),
            _ => failed("verifying")(error),
        })
}
