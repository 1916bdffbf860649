//! The capabilities of a token, queried from it.

use std::collections::BTreeMap;

use cryptoki::error::Error;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::Attribute;
use parsec_contracts::types::{AsymmetricSignature, EccFamily, KeyType};
use parsec_provider::ProviderError;
use parsec_psa::{OperationGroup, is_public_point, public};

use crate::error::is_lost;
use crate::token::Token;
use crate::{curves, key_attributes, mechanism};

/// The operation groups of the provider, in addition to the operations of all engines.
pub(crate) const OPERATION_GROUPS: &[OperationGroup] = &[
    OperationGroup::Export,
    OperationGroup::Aead,
    OperationGroup::Streams,
];

/// The sizes of RSA keys that are queried. Larger keys take minutes to generate.
const RSA: [u32; 5] = [1024, 2048, 3072, 4096, 8192];

/// The capabilities of a token. They do not change while it is the same token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Abilities {
    mechanisms: Vec<(MechanismType, Range)>,
    pub(crate) rsa: Vec<u32>,
    pub(crate) curves: Vec<(EccFamily, u32)>,
    /// The tag lengths for which the token computes GCM correctly.
    pub(crate) gcm_tags: Vec<u32>,
    /// Whether the token decrypts RSA PKCS #1 v1.5.
    pub(crate) decrypts_pkcs1v15: bool,
}

/// The key sizes that a mechanism supports, in the mechanism's unit.
#[derive(Debug, Clone, Copy)]
struct Range {
    min: usize,
    max: usize,
}

impl Abilities {
    pub(crate) fn query(token: &Token) -> Result<Self, ProviderError> {
        let mut found = Self {
            mechanisms: token
                .mechanisms()?
                .into_iter()
                .map(|(mechanism, info)| {
                    let range = Range {
                        min: info.min_key_size(),
                        max: info.max_key_size(),
                    };
                    (mechanism, range)
                })
                .collect(),
            decrypts_pkcs1v15: true,
            ..Self::default()
        };
        found.rsa = RSA
            .into_iter()
            .filter(|bits| found.has(MechanismType::RSA_PKCS_KEY_PAIR_GEN, *bits as usize))
            .collect();
        for (family, bits) in curves::all() {
            let mechanism = curves::generation(family).mechanism_type();
            // Tokens differ in how they count the bits of Edwards curves.
            let size = match family {
                EccFamily::TwistedEdwards => 0,
                _ => bits as usize,
            };
            if found.has(mechanism, size) && has_curve(token, &found, family, bits)? {
                found.curves.push((family, bits));
            }
        }
        Ok(found)
    }

    /// Whether the token has the mechanism for keys of this size, in the mechanism's unit; 0 means
    /// any size.
    pub(crate) fn has(&self, mechanism: MechanismType, size: usize) -> bool {
        self.mechanisms
            .iter()
            .find(|(one, _)| *one == mechanism)
            .is_some_and(|(_, range)| range.contains(size))
    }

    /// Returns the sizes that the mechanism supports, in its unit.
    pub(crate) fn range(&self, mechanism: MechanismType) -> Option<(usize, usize)> {
        let mut mechanisms = self.mechanisms.iter();
        let (_, range) = mechanisms.find(|(one, _)| *one == mechanism)?;
        Some((range.min, range.max))
    }

    /// Removes a mechanism that does not work correctly.
    pub(crate) fn disable(&mut self, mechanism: MechanismType) {
        self.mechanisms.retain(|(one, _)| *one != mechanism);
    }

    /// The mechanisms by name, for people.
    pub(crate) fn names(&self) -> BTreeMap<String, (usize, usize)> {
        self.mechanisms
            .iter()
            .map(|(mechanism, range)| (mechanism.to_string(), (range.min, range.max)))
            .collect()
    }
}

impl Range {
    fn contains(self, size: usize) -> bool {
        // Many tokens return 0 for "no limit".
        size == 0 || (size >= self.min && (self.max == 0 || size <= self.max))
    }
}

/// The hash that is signed to test a curve.
const HASH: [u8; 32] = [0x5a; 32];

/// Tests a curve: a token returns the sizes of its curves, but not their names. Generates a session
/// key pair on the curve, and verifies what it signs.
fn has_curve(
    token: &Token,
    abilities: &Abilities,
    family: EccFamily,
    bits: u32,
) -> Result<bool, ProviderError> {
    let Some(parameters) = curves::parameters(family, bits) else {
        return Ok(false);
    };
    let public = [
        Attribute::Token(false),
        Attribute::EcParams(parameters),
        Attribute::Verify(true),
    ];
    let private = [
        Attribute::Token(false),
        Attribute::Sensitive(true),
        Attribute::Sign(true),
    ];
    let signing = match family {
        EccFamily::TwistedEdwards => mechanism::eddsa(),
        _ => Mechanism::Ecdsa,
    };
    let signs = abilities.has(signing.mechanism_type(), 0);
    let made: Result<_, Error> = token.change(|session| {
        let (public, private) =
            session.generate_key_pair(&curves::generation(family), &public, &private)?;
        let key = key_attributes::read_public(session, public, bits)?;
        let signature = match signs {
            true => Some(session.sign(&signing, private, &HASH)?),
            false => None,
        };
        session.destroy_object(public)?;
        session.destroy_object(private)?;
        Ok((key, signature))
    })?;
    match made {
        Ok((Some(key), signature)) => {
            let is_right = is_public_point(family, bits, &key)
                && signature.is_none_or(|signature| verifies(family, bits, &key, &signature));
            if !is_right {
                tracing::warn!(
                    curve = family.name(), bits, token = %token.settings().token,
                    "the token returns invalid keys or signatures for the curve, which is disabled"
                );
            }
            Ok(is_right)
        }
        Err(error) if is_lost(&error) => Err(crate::error::failed("testing a curve")(error)),
        Ok((None, _)) | Err(_) => Ok(false),
    }
}

/// Whether the signature is valid, or cannot be verified in software.
fn verifies(family: EccFamily, bits: u32, key: &[u8], signature: &[u8]) -> bool {
    let key_type = KeyType::EccPublicKey {
        curve_family: family,
    };
    let kind = (&key_type, bits);
    let alg = match family {
        EccFamily::TwistedEdwards => AsymmetricSignature::PureEddsa,
        _ => AsymmetricSignature::EcdsaAny,
    };
    !public::can_verify(&key_type, bits, &alg)
        || match family {
            EccFamily::TwistedEdwards => public::verify_message(kind, key, &HASH, signature),
            _ => public::verify_hash(kind, key, &alg, &HASH, signature),
        }
        .is_ok()
}
