//! What the token can do, asked of the token.

use std::collections::BTreeMap;

use cryptoki::error::Error;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::Attribute;
use parsec_contracts::types::{AsymmetricSignature, EccFamily, KeyType};
use parsec_provider::ProviderError;
use parsec_psa::{is_public_point, public};

use crate::error::is_lost;
use crate::token::Token;
use crate::{curves, pairs, ways};

/// Sizes of RSA keys that are asked about. Larger ones take minutes to make.
const RSA: [u32; 5] = [1024, 2048, 3072, 4096, 8192];

/// The token's answers, which do not change while it is the same token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Abilities {
    mechanisms: Vec<(MechanismType, Range)>,
    pub(crate) rsa: Vec<u32>,
    pub(crate) curves: Vec<(EccFamily, u32)>,
    /// The lengths of GCM's tags that it makes right.
    pub(crate) gcm_tags: Vec<u32>,
    /// Whether it decrypts RSA PKCS #1 v1.5.
    pub(crate) decrypts_pkcs1v15: bool,
}

/// The sizes of key that a mechanism takes, in its own unit.
#[derive(Debug, Clone, Copy)]
struct Range {
    min: usize,
    max: usize,
}

impl Abilities {
    pub(crate) fn ask(token: &Token) -> Result<Self, ProviderError> {
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
            // Tokens count the bits of Edwards curves as they like.
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

    /// Whether it has the mechanism, for keys of that size in the mechanism's unit; 0 is any.
    pub(crate) fn has(&self, mechanism: MechanismType, size: usize) -> bool {
        self.mechanisms
            .iter()
            .find(|(one, _)| *one == mechanism)
            .is_some_and(|(_, range)| range.contains(size))
    }

    /// Leaves out a mechanism that does not do what it should.
    pub(crate) fn switch_off(&mut self, mechanism: MechanismType) {
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
        // Many tokens say 0 where they mean that there is no limit.
        size == 0 || (size >= self.min && (self.max == 0 || size <= self.max))
    }
}

/// What is signed with a key on each curve.
const HASH: [u8; 32] = [0x5a; 32];

/// A token tells the sizes of its curves, but not which they are: so a key pair is made on each,
/// which is gone with the session. What it signs has to verify.
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
        EccFamily::TwistedEdwards => ways::eddsa(),
        _ => Mechanism::Ecdsa,
    };
    let signs = abilities.has(signing.mechanism_type(), 0);
    let made: Result<_, Error> = token.change(|session| {
        let (public, private) =
            session.generate_key_pair(&curves::generation(family), &public, &private)?;
        let key = pairs::read_public(session, public, bits)?;
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
                    curve = family.name(), bits, token = ?token.settings().token,
                    "the token makes wrong keys or signatures on the curve; it is not asked for this"
                );
            }
            Ok(is_right)
        }
        Err(error) if is_lost(&error) => Err(crate::error::failed("asking for a curve")(error)),
        Ok((None, _)) | Err(_) => Ok(false),
    }
}

/// Whether the signature is right, or cannot be checked here.
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
