//! Key agreement.

use parsec_contracts::Secret;
use parsec_contracts::types::{EccFamily, KeyAttributes, KeyType, RawKeyAgreement};
use parsec_provider::{KeyContext, ProviderError};
use subtle::ConstantTimeEq as _;

use crate::curves::is_public_point;
use crate::engine::Engine;
use crate::groups;
use crate::key_type::describe;

/// Computes the secret that a key pair shares with the owner of `peer_key`.
pub(crate) fn agree(
    engine: &dyn Engine,
    key: &KeyContext,
    alg: RawKeyAgreement,
    peer_key: &[u8],
) -> Result<Secret, ProviderError> {
    let attributes = &key.attributes;
    if !engine.has_agreement(&attributes.key_type, attributes.key_bits, alg) {
        return Err(ProviderError::not_supported(format_args!(
            "{} with {}",
            alg.name(),
            describe(&attributes.key_type)
        )));
    }
    check_peer(attributes, peer_key)?;
    let secret = engine.agree(key, alg, peer_key)?;
    // RFC 7748, 6: a peer key of small order gives a secret that everybody knows. On the other
    // curves, 0 is a valid coordinate.
    let is_zero: bool = secret.expose().ct_eq(&vec![0; secret.len()]).into();
    if is_zero && !has_coordinates(&attributes.key_type) {
        return Err(ProviderError::invalid_argument(
            "peer_key: is of small order, so that anyone can compute the shared secret",
        ));
    }
    Ok(secret)
}

/// Rejects a peer key that is not a public key of the curve or group, before the engine sees it: a
/// device that computes with an invalid point leaks its private key, one response after another.
fn check_peer(attributes: &KeyAttributes, peer_key: &[u8]) -> Result<(), ProviderError> {
    let bits = attributes.key_bits;
    let is_key = match attributes.key_type {
        KeyType::EccKeyPair { curve_family } => is_public_point(curve_family, bits, peer_key),
        KeyType::DhKeyPair { .. } => groups::is_public_key(bits, peer_key),
        _ => false,
    };
    match is_key {
        true => Ok(()),
        false => Err(ProviderError::invalid_argument(
            "peer_key: is not a valid public key of the same curve or group; a point is written as \
             0x04, x and y",
        )),
    }
}

/// Whether the secret is the x coordinate of a point.
fn has_coordinates(key_type: &KeyType) -> bool {
    match key_type {
        KeyType::EccKeyPair { curve_family } => *curve_family != EccFamily::Montgomery,
        _ => false,
    }
}
