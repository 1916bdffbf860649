//! Secrets that two holders of key pairs share.

use parsec_contracts::Secret;
use parsec_contracts::types::{EccFamily, KeyType, RawKeyAgreement};
use parsec_provider::{KeyContext, ProviderError};
use subtle::ConstantTimeEq as _;

use crate::capability;
use crate::engine::Engine;

/// The secret that the key shares with the holder of the other.
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
            capability::describe(&attributes.key_type)
        )));
    }
    let secret = engine.agree(key, alg, peer_key)?;
    // RFC 7748, 6: a peer's key of small order makes a secret that everybody knows. On the other
    // curves 0 is a coordinate like any other.
    let is_zero: bool = secret.expose().ct_eq(&vec![0; secret.len()]).into();
    if is_zero && !has_coordinates(&attributes.key_type) {
        return Err(ProviderError::invalid_argument(
            "peer_key: is of small order, so that the secret would be no secret",
        ));
    }
    Ok(secret)
}

/// Whether the secret is the x of a point that has a y as well.
fn has_coordinates(key_type: &KeyType) -> bool {
    match key_type {
        KeyType::EccKeyPair { curve_family } => *curve_family != EccFamily::Montgomery,
        _ => false,
    }
}
