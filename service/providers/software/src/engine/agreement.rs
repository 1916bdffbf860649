//! Key agreements.

use parsec_contracts::types::{KeyType, RawKeyAgreement};
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::groups;
use psa_crypto::operations::key_agreement;
use psa_crypto::types::status::Error;

use super::MbedTlsEngine;
use super::convert::{self, failed};

/// Whether the algorithm is for key pairs of that type.
pub(super) fn suits(key_type: &KeyType, alg: RawKeyAgreement) -> bool {
    matches!(
        (key_type, alg),
        (KeyType::EccKeyPair { .. }, RawKeyAgreement::Ecdh)
            | (KeyType::DhKeyPair { .. }, RawKeyAgreement::Ffdh)
    )
}

/// The secret that the key shares with the holder of the other.
pub(super) fn agree(
    engine: &MbedTlsEngine,
    key: &KeyContext,
    alg: RawKeyAgreement,
    peer_key: &[u8],
) -> Result<Secret, ProviderError> {
    let bits = key.attributes.key_bits;
    let is_finite_field = alg == RawKeyAgreement::Ffdh;
    if is_finite_field && !groups::is_public_key(bits, peer_key) {
        return Err(no_peer());
    }
    let psa_alg = convert::raw_agreement(alg)?;
    let agreed = engine.with_key(key, |id, attributes| {
        // No secret is longer than the key, rounded up to whole bytes.
        let mut secret = Zeroizing::new(vec![0; attributes.bits.div_ceil(8)]);
        let length = key_agreement::raw_key_agreement(psa_alg, id, peer_key, &mut secret)?;
        secret.truncate(length);
        Ok(Secret::from(secret))
    })?;
    let secret = agreed.map_err(|error| match error {
        Error::InvalidArgument | Error::NotSupported | Error::DataInvalid => {
            no_peer().with_source(error)
        }
        other => failed("agreeing on a secret", other),
    })?;
    if is_finite_field && !groups::is_secret(bits, secret.expose()) {
        return Err(ProviderError::invalid_argument(
            "peer_key: makes a secret with this key that everybody knows; use another key",
        ));
    }
    Ok(secret)
}

fn no_peer() -> ProviderError {
    ProviderError::invalid_argument("peer_key: is no valid public key of the same curve or group")
}

#[cfg(test)]
mod tests;
