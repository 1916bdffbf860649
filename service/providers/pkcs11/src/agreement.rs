//! Elliptic-curve Diffie-Hellman.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::types::Ulong;
use parsec_contracts::Secret;
use parsec_provider::{KeyContext, ProviderError};
use parsec_provider_psa::{number_length, padded};

use crate::curves;
use crate::engine::TokenEngine;
use crate::error::{answer, failed, is_lost, is_stale};

/// The x of the point that both sides arrive at.
pub(crate) fn agree(
    engine: &TokenEngine,
    key: &KeyContext,
    peer_key: &[u8],
) -> Result<Secret, ProviderError> {
    let length = number_length(key.attributes.key_bits);
    let no_point = || {
        ProviderError::invalid_argument(format!(
            "peer_key: is no point of the key's curve; it has {} bytes, 0x04, x and y",
            2 * length + 1
        ))
    };
    if peer_key.len() != 2 * length + 1 || peer_key.first() != Some(&4) {
        return Err(no_point());
    }
    let wrapped = curves::to_attribute(peer_key).ok_or_else(no_point)?;
    let shared = engine
        .token
        .with_object(key, ObjectClass::PRIVATE_KEY, |session, handle| {
            // Every token must take the bare point (PKCS #11 v2.40, 2.3.12), and some take the
            // wrapped one alone.
            match derive(session, handle, peer_key, length) {
                Err(error) if is_of_the_point(&error) => derive(session, handle, &wrapped, length),
                other => other,
            }
        })?;
    match shared {
        Ok(secret) => Ok(Secret::new(padded(secret.expose(), length))),
        Err(error) if is_of_the_point(&error) => Err(no_point().with_source(error)),
        Err(error) => Err(failed("agreeing")(error)),
    }
}

fn is_of_the_point(error: &Error) -> bool {
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

/// The secret comes as an object that lasts no longer than the session, and is gone before that.
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
