//! Key agreement.

use parsec_contracts::types::{EccFamily, KeyType, RawKeyAgreement};
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::groups;
use psa_crypto::operations::key_agreement;
use psa_crypto::types::status::Error;

use super::convert::{self, failed};
use super::mbed_tls::MbedTlsEngine;

/// Whether the algorithm supports key pairs of that type.
pub(super) fn suits(key_type: &KeyType, alg: RawKeyAgreement) -> bool {
    match key_type {
        KeyType::EccKeyPair { curve_family } => {
            alg == RawKeyAgreement::Ecdh && *curve_family != EccFamily::TwistedEdwards
        }
        KeyType::DhKeyPair { .. } => alg == RawKeyAgreement::Ffdh,
        _ => false,
    }
}

/// Computes the secret that the key shares with the owner of `peer_key`.
pub(super) fn agree(
    engine: &MbedTlsEngine,
    key: &KeyContext,
    alg: RawKeyAgreement,
    peer_key: &[u8],
) -> Result<Secret, ProviderError> {
    let bits = key.attributes.key_bits;
    let is_finite_field = alg == RawKeyAgreement::Ffdh;
    if is_finite_field && !groups::is_public_key(bits, peer_key) {
        return Err(invalid_peer());
    }
    let psa_alg = convert::raw_agreement(alg)?;
    let agreed = engine.with_key(key, |id, attributes| {
        // A secret is at most as long as the key, rounded up to whole bytes.
        let mut secret = Zeroizing::new(vec![0; attributes.bits.div_ceil(8)]);
        let length = key_agreement::raw_key_agreement(psa_alg, id, peer_key, &mut secret)?;
        secret.truncate(length);
        Ok(Secret::from(secret))
    })?;
    let secret = agreed.map_err(|error| match error {
        Error::InvalidArgument | Error::NotSupported | Error::DataInvalid => {
            invalid_peer().with_source(error)
        }
        other => failed("agreeing on a secret", other),
    })?;
    if is_finite_field && !groups::is_secret(bits, secret.expose()) {
        return Err(ProviderError::invalid_argument(
            "peer_key: gives a shared secret that is publicly known; use another key",
        ));
    }
    Ok(secret)
}

fn invalid_peer() -> ProviderError {
    ProviderError::invalid_argument(
        "peer_key: is not a valid public key of the same curve or group",
    )
}

#[cfg(test)]
mod tests;
