//! Elliptic-curve Diffie-Hellman.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::types::Ulong;
use parsec_contracts::{Secret, Status};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::{number_length, padded};
use subtle::ConstantTimeEq as _;

use crate::curves;
use crate::error::{answer, failed, is_lost, is_stale};
use crate::token_engine::TokenEngine;

/// Computes the shared secret: the x coordinate of the shared point.
pub(crate) fn agree(
    engine: &TokenEngine,
    key: &KeyContext,
    peer_key: &[u8],
) -> Result<Secret, ProviderError> {
    let length = number_length(key.attributes.key_bits);
    let invalid_point = || {
        ProviderError::invalid_argument(format!(
            "peer_key: is not a point of the key's curve: {} bytes, 0x04, x and y",
            2 * length + 1
        ))
    };
    if peer_key.len() != 2 * length + 1 || peer_key.first() != Some(&4) {
        return Err(invalid_point());
    }
    let shared = engine
        .token
        .with_object(key, ObjectClass::PRIVATE_KEY, |session, handle| {
            derive_any(session, handle, peer_key, length)
        })?;
    match shared {
        Ok(secret) => {
            let secret = Secret::new(padded(secret.expose(), length));
            match bool::from(secret.expose().ct_eq(&vec![0; secret.len()])) {
                true => Err(zero_secret()),
                false => Ok(secret),
            }
        }
        Err(error) if is_about_the_point(&error) => Err(invalid_point().with_source(error)),
        Err(error) => Err(failed("agreeing")(error)),
    }
}

/// The error for a secret of zeros. The peer's key has been checked, so only the owner of the
/// private key could choose one with this secret.
fn zero_secret() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorHardwareFailure,
        "the token returned zeros as the shared secret; if this happens again, the token is broken",
    )
}

/// Derives the secret, with the encoding of the point that the token accepts: every token must
/// accept the raw point (PKCS #11 v2.40, 2.3.12), but some only accept the DER encoding.
pub(crate) fn derive_any(
    session: &Session,
    handle: ObjectHandle,
    peer_key: &[u8],
    length: usize,
) -> Result<Secret, Error> {
    match derive(session, handle, peer_key, length) {
        Err(error) if is_about_the_point(&error) => {
            let wrapped = curves::to_attribute(peer_key).ok_or(Error::InvalidValue)?;
            derive(session, handle, &wrapped, length)
        }
        other => other,
    }
}

fn is_about_the_point(error: &Error) -> bool {
    !is_lost(error)
        && !is_stale(error)
        && matches!(
            answer(error),
            Some(
                RvError::MechanismParamInvalid
                    | RvError::ArgumentsBad
                    | RvError::GeneralError
                    | RvError::FunctionFailed
                    | RvError::PublicKeyInvalid
                    | RvError::DataInvalid
            )
        )
}

/// Derives the secret as a session object, and destroys the object.
fn derive(
    session: &Session,
    handle: ObjectHandle,
    peer_key: &[u8],
    length: usize,
) -> Result<Secret, Error> {
    let mechanism = Mechanism::Ecdh1Derive(Ecdh1DeriveParams::new(EcKdf::null(), peer_key));
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::ValueLen(Ulong::from(length as u64)),
        Attribute::Token(false),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
    ];
    let derived = session.derive_key(&mechanism, handle, &template)?;
    let value = session.get_attributes(derived, &[AttributeType::Value]);
    session.destroy_object(derived)?;
    value?
        .into_iter()
        .find_map(|attribute| match attribute {
            Attribute::Value(bytes) => Some(Secret::new(bytes)),
            _ => None,
        })
        .ok_or(Error::InvalidValue)
}
