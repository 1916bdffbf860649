//! What the token can do, asked of the token.

use std::collections::BTreeMap;

use cryptoki::error::Error;
use cryptoki::mechanism::MechanismType;
use cryptoki::object::Attribute;
use parsec_contracts::types::EccFamily;
use parsec_provider::ProviderError;

use crate::curves;
use crate::error::is_lost;
use crate::token::Token;

/// Sizes of RSA keys that are asked about. Larger ones take minutes to make.
const RSA: [u32; 5] = [1024, 2048, 3072, 4096, 8192];

/// The token's answers, which do not change while it is the same token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Abilities {
    mechanisms: Vec<(MechanismType, Range)>,
    pub(crate) rsa: Vec<u32>,
    pub(crate) curves: Vec<(EccFamily, u32)>,
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
            if found.has(mechanism, size) && has_curve(token, family, bits)? {
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

/// A token tells the sizes of its curves, but not which they are: so a key pair is made on each,
/// which is gone with the session.
fn has_curve(token: &Token, family: EccFamily, bits: u32) -> Result<bool, ProviderError> {
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
    let made: Result<_, Error> = token.attempt(|_, session| {
        let (public, private) =
            session.generate_key_pair(&curves::generation(family), &public, &private)?;
        session.destroy_object(public)?;
        session.destroy_object(private)
    })?;
    match made {
        Ok(()) => Ok(true),
        Err(error) if is_lost(&error) => Err(crate::error::failed("asking for a curve")(error)),
        Err(_) => Ok(false),
    }
}
