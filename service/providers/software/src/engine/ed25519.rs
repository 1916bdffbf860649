//! Ed25519 (RFC 8032), which the library lacks. It needs no lock.

use ed25519_dalek::{Signer as _, SigningKey};
use parsec_contracts::types::{EccFamily, KeyType};
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::{public_point, random_secret};

pub(super) const BITS: u32 = 255;
const SEED: usize = 32;

/// Whether keys of the type are on an Edwards curve.
pub(super) fn has(key_type: &KeyType) -> bool {
    matches!(
        key_type,
        KeyType::EccKeyPair {
            curve_family: EccFamily::TwistedEdwards
        } | KeyType::EccPublicKey {
            curve_family: EccFamily::TwistedEdwards
        }
    )
}

/// Generates a private key: the seed of RFC 8032, section 5.1.5.
pub(super) fn generate() -> Result<Secret, ProviderError> {
    random_secret(SEED)
}

/// Returns the public key of a key pair.
pub(super) fn public_key(key: &KeyContext) -> Result<Vec<u8>, ProviderError> {
    public_point(EccFamily::TwistedEdwards, BITS, key.material.expose()).ok_or_else(damaged)
}

/// Signs a message.
pub(super) fn sign(key: &KeyContext, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let seed = <[u8; SEED]>::try_from(key.material.expose()).map_err(|_| damaged())?;
    let key = SigningKey::from_bytes(&Zeroizing::new(seed));
    Ok(key.sign(message).to_bytes().to_vec())
}

fn damaged() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorDataInvalid,
        "the stored key is not a key of Ed25519",
    )
}
