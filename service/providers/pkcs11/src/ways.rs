//! The ways of signing with a token. Its list of mechanisms determines which are available.

use cryptoki::mechanism::{Mechanism, MechanismType};
use parsec_contracts::types::{AsymmetricSignature, Hash, SignHash};
use parsec_provider::ProviderError;
use parsec_psa::{has_hash, number_length, pkcs1v15, pss};

use crate::abilities::Abilities;
use crate::mechanism;

/// A way of signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The token pads a hash, or signs it unchanged.
    Padding,
    /// The token hashes the message, and pads or signs.
    Hashing,
    /// The token applies the raw RSA key to a block that software padded.
    Bare,
}

/// In the order in which they are tried.
pub(crate) const WAYS: [Way; 3] = [Way::Padding, Way::Hashing, Way::Bare];

/// The data to sign.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SignatureInput<'a> {
    /// A hash of a message.
    Hash(&'a [u8]),
    /// A message and its hash; EdDSA has no hash.
    Message(&'a [u8], &'a [u8]),
}

impl<'a> SignatureInput<'a> {
    pub(crate) fn hash(self) -> &'a [u8] {
        match self {
            SignatureInput::Hash(hash) | SignatureInput::Message(_, hash) => hash,
        }
    }
}

/// A request to the token.
pub(crate) struct SignRequest {
    pub(crate) mechanism: Mechanism<'static>,
    pub(crate) data: Vec<u8>,
}

/// The mechanism of a way of signing, if the token lists it. `hash` is `None` for any hash
/// function.
pub(crate) fn listed(
    abilities: &Abilities,
    alg: &AsymmetricSignature,
    hash: Option<Hash>,
    way: Way,
) -> Option<MechanismType> {
    let kind = match (alg, way) {
        (AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::EcdsaAny, Way::Padding) => {
            MechanismType::ECDSA
        }
        (AsymmetricSignature::Ecdsa { .. }, Way::Hashing) => {
            mechanism::ecdsa_of(hash?)?.mechanism_type()
        }
        (AsymmetricSignature::PureEddsa, Way::Hashing) => MechanismType::EDDSA,
        (AsymmetricSignature::RsaPkcs1v15SignRaw, Way::Padding) => MechanismType::RSA_PKCS,
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, Way::Padding)
            if hash.is_none_or(pkcs1v15::has_identifier) =>
        {
            MechanismType::RSA_PKCS
        }
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, Way::Hashing) => {
            mechanism::pkcs1v15_of(hash?)?.mechanism_type()
        }
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, Way::Bare)
            if hash.is_none_or(pkcs1v15::has_identifier) =>
        {
            MechanismType::RSA_X_509
        }
        (AsymmetricSignature::RsaPkcs1v15SignRaw, Way::Bare) => MechanismType::RSA_X_509,
        (AsymmetricSignature::RsaPss { .. }, Way::Padding) => {
            let is_known =
                |hash| mechanism::hash(hash).is_some_and(|known| abilities.has(known.mechanism, 0));
            if !hash.is_none_or(is_known) {
                return None;
            }
            MechanismType::RSA_PKCS_PSS
        }
        (AsymmetricSignature::RsaPss { .. }, Way::Hashing) => {
            mechanism::pss_of(hash?, 0)?.mechanism_type()
        }
        (AsymmetricSignature::RsaPss { .. }, Way::Bare) if hash.is_none_or(has_hash) => {
            MechanismType::RSA_X_509
        }
        _ => return None,
    };
    abilities.has(kind, 0).then_some(kind)
}

/// The request for a way of signing with a key of `bits` bits; `None` if the way has no mechanism.
pub(crate) fn request(
    (alg, hash): (&AsymmetricSignature, Option<Hash>),
    bits: u32,
    way: Way,
    input: SignatureInput<'_>,
) -> Result<Option<SignRequest>, ProviderError> {
    let digest = input.hash();
    let length = number_length(bits);
    let salt = || {
        hash.and_then(|hash| pss::salt_length(hash, bits))
            .unwrap_or_default()
    };
    let found = match (alg, way, input) {
        (AsymmetricSignature::PureEddsa, Way::Hashing, SignatureInput::Message(message, _)) => {
            Some((mechanism::eddsa(), message.to_vec()))
        }
        (AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::EcdsaAny, Way::Padding, _) => {
            // Only the first bits of a longer hash are used (FIPS 186-4, 6.4). Not every token
            // truncates it.
            Some((
                Mechanism::Ecdsa,
                digest[..length.min(digest.len())].to_vec(),
            ))
        }
        (AsymmetricSignature::Ecdsa { .. }, Way::Hashing, SignatureInput::Message(message, _)) => {
            hash.and_then(mechanism::ecdsa_of)
                .map(|mechanism| (mechanism, message.to_vec()))
        }
        (AsymmetricSignature::RsaPkcs1v15SignRaw, Way::Padding, _) => {
            Some((Mechanism::RsaPkcs, digest.to_vec()))
        }
        (AsymmetricSignature::RsaPkcs1v15SignRaw, Way::Bare, _) => Some((
            Mechanism::RsaX509,
            pkcs1v15::raw_signature_block(digest, length)?,
        )),
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, Way::Padding, _) => hash
            .and_then(|hash| pkcs1v15::digest_info(hash, digest))
            .map(|info| (Mechanism::RsaPkcs, info)),
        (
            AsymmetricSignature::RsaPkcs1v15Sign { .. },
            Way::Hashing,
            SignatureInput::Message(message, _),
        ) => hash
            .and_then(mechanism::pkcs1v15_of)
            .map(|mechanism| (mechanism, message.to_vec())),
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, Way::Bare, _) => match hash {
            Some(hash) => Some((
                Mechanism::RsaX509,
                pkcs1v15::signature_block(hash, digest, length)?,
            )),
            None => None,
        },
        (AsymmetricSignature::RsaPss { .. }, Way::Padding, _) => hash
            .and_then(|hash| mechanism::pss(hash, salt()))
            .map(|parameters| (Mechanism::RsaPkcsPss(parameters), digest.to_vec())),
        (AsymmetricSignature::RsaPss { .. }, Way::Hashing, SignatureInput::Message(message, _)) => {
            hash.and_then(|hash| mechanism::pss_of(hash, salt()))
                .map(|mechanism| (mechanism, message.to_vec()))
        }
        (AsymmetricSignature::RsaPss { .. }, Way::Bare, _) => match hash {
            Some(hash) => Some((Mechanism::RsaX509, pss::encode(hash, digest, bits)?)),
            None => None,
        },
        _ => None,
    };
    Ok(found.map(|(mechanism, data)| SignRequest { mechanism, data }))
}

/// The hash function that an algorithm names.
pub(crate) fn named(alg: &AsymmetricSignature) -> Option<Hash> {
    match alg.sign_hash() {
        Some(SignHash::Specific(hash)) => Some(hash),
        _ => None,
    }
}
