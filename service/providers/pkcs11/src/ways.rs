//! The ways in which a token can sign, of which its list of mechanisms offers some.

use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::{Mechanism, MechanismType};
use parsec_contracts::types::{AsymmetricSignature, Hash, SignHash};
use parsec_provider::ProviderError;
use parsec_psa::{has_hash, number_length, pkcs1v15, pss};

use crate::abilities::Abilities;
use crate::mechanism;

/// How a token is asked for a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The token pads a hash, or signs it as it is.
    Padding,
    /// The token hashes the message itself, and pads or signs.
    Hashing,
    /// The token applies the bare RSA key to a block that was padded here.
    Bare,
}

/// In the order in which they are tried.
pub(crate) const WAYS: [Way; 3] = [Way::Padding, Way::Hashing, Way::Bare];

/// What is signed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input<'a> {
    /// A hash, of a message that is not here.
    Hash(&'a [u8]),
    /// A message, and its hash; EdDSA has none.
    Message(&'a [u8], &'a [u8]),
}

impl<'a> Input<'a> {
    pub(crate) fn hash(self) -> &'a [u8] {
        match self {
            Input::Hash(hash) | Input::Message(_, hash) => hash,
        }
    }
}

/// What a token is asked for.
pub(crate) struct Request {
    pub(crate) mechanism: Mechanism<'static>,
    pub(crate) data: Vec<u8>,
}

/// The mechanism of a way to sign with an algorithm, if the token lists it. Without a hash function
/// it is any.
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

/// What the token is asked for with a key of that many bits; `None` where the way has no mechanism.
pub(crate) fn request(
    (alg, hash): (&AsymmetricSignature, Option<Hash>),
    bits: u32,
    way: Way,
    input: Input<'_>,
) -> Result<Option<Request>, ProviderError> {
    let digest = input.hash();
    let length = number_length(bits);
    let salt = || {
        hash.and_then(|hash| pss::salt_length(hash, bits))
            .unwrap_or_default()
    };
    let found = match (alg, way, input) {
        (AsymmetricSignature::PureEddsa, Way::Hashing, Input::Message(message, _)) => {
            Some((eddsa(), message.to_vec()))
        }
        (AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::EcdsaAny, Way::Padding, _) => {
            // Of a longer hash the first bits count (FIPS 186-4, 6.4), which not every token knows.
            Some((
                Mechanism::Ecdsa,
                digest[..length.min(digest.len())].to_vec(),
            ))
        }
        (AsymmetricSignature::Ecdsa { .. }, Way::Hashing, Input::Message(message, _)) => hash
            .and_then(mechanism::ecdsa_of)
            .map(|mechanism| (mechanism, message.to_vec())),
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
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, Way::Hashing, Input::Message(message, _)) => {
            hash.and_then(mechanism::pkcs1v15_of)
                .map(|mechanism| (mechanism, message.to_vec()))
        }
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
        (AsymmetricSignature::RsaPss { .. }, Way::Hashing, Input::Message(message, _)) => hash
            .and_then(|hash| mechanism::pss_of(hash, salt()))
            .map(|mechanism| (mechanism, message.to_vec())),
        (AsymmetricSignature::RsaPss { .. }, Way::Bare, _) => match hash {
            Some(hash) => Some((Mechanism::RsaX509, pss::encode(hash, digest, bits)?)),
            None => None,
        },
        _ => None,
    };
    Ok(found.map(|(mechanism, data)| Request { mechanism, data }))
}

/// The hash function that an algorithm names.
pub(crate) fn named(alg: &AsymmetricSignature) -> Option<Hash> {
    match alg.sign_hash() {
        Some(SignHash::Specific(hash)) => Some(hash),
        _ => None,
    }
}

pub(crate) fn eddsa() -> Mechanism<'static> {
    Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure))
}
