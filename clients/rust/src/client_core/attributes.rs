//! Comparison of requested attributes with those of existing keys.

use parsec_contracts::policy;
use parsec_contracts::types::{KeyAttributes, KeyType};

use crate::describe::describe;
use crate::error::{Error, Result};
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;
use crate::restriction::Restriction;

/// Describes how an existing key differs from the closest of `choices`; `None` if it matches one.
pub(super) fn differences(existing: &KeyAttributes, choices: &[KeyAttributes]) -> Option<String> {
    let mut nearest: Option<Vec<String>> = None;
    for wanted in choices {
        let mut differences = Vec::new();
        if existing.key_type != wanted.key_type || existing.key_bits != wanted.key_bits {
            differences.push(format!(
                "it is {}, not {}",
                describe(existing),
                describe(wanted)
            ));
        }
        let (have, want) = (&existing.key_policy, &wanted.key_policy);
        if !policy::permits(&have.key_algorithm, &want.key_algorithm) {
            differences.push(format!(
                "it is for {}, not for {}",
                have.key_algorithm, want.key_algorithm
            ));
        }
        let (have, want) = (&have.key_usage_flags, &want.key_usage_flags);
        if have.export != want.export {
            let not = if have.export { "" } else { "not " };
            differences.push(format!("its private key may {not}be exported"));
        }
        if have.copy != want.copy {
            let not = if have.copy { "" } else { "not " };
            differences.push(format!("it may {not}be copied"));
        }
        let lacks_signing = (want.sign_hash && !have.sign_hash && !have.sign_message)
            || (want.verify_hash && !have.verify_hash && !have.verify_message);
        if lacks_signing {
            differences.push("its policy does not permit both signing and verifying".into());
        }
        if differences.is_empty() {
            return None;
        }
        if nearest
            .as_ref()
            .is_none_or(|nearest| differences.len() < nearest.len())
        {
            nearest = Some(differences);
        }
    }
    Some(nearest.unwrap_or_default().join(", and "))
}

/// Returns the attributes of a key pair's public key, for verification only.
pub(super) fn public_attributes(pair: &KeyAttributes) -> KeyAttributes {
    let mut attributes = *pair;
    attributes.key_type = match pair.key_type {
        KeyType::RsaKeyPair => KeyType::RsaPublicKey,
        KeyType::EccKeyPair { curve_family } => KeyType::EccPublicKey { curve_family },
        other => other,
    };
    let usage = &mut attributes.key_policy.key_usage_flags;
    usage.sign_hash = false;
    usage.sign_message = false;
    // A public key is not secret.
    usage.export = true;
    attributes
}

/// A key to import, without its material.
pub(super) struct Imported {
    key_type: KeyType,
    bits: u32,
    description: String,
    restriction: Option<Restriction>,
}

impl From<&PrivateKey> for Imported {
    fn from(key: &PrivateKey) -> Self {
        Self {
            key_type: key.key_type(),
            bits: key.bits(),
            description: key.description(),
            restriction: key.restriction(),
        }
    }
}

impl From<&PublicKey> for Imported {
    fn from(key: &PublicKey) -> Self {
        Self {
            key_type: key.key_type(),
            bits: key.bits(),
            description: key.description(),
            restriction: key.restriction(),
        }
    }
}

/// Returns the choice that matches a key to import, with the key's size and restriction.
pub(super) fn fitting(
    choices: &[KeyAttributes],
    key: &Imported,
    is_open: bool,
) -> Result<KeyAttributes> {
    let matches = |one: &&KeyAttributes| one.key_type == key.key_type && one.key_bits == key.bits;
    // Several choices are sizes of RSA to try, and a key of another size matches as well.
    let any_size = choices.first().filter(|_| choices.len() > 1);
    let any_size = any_size.filter(|one| one.key_type == key.key_type);
    let Some(found) = choices.iter().find(matches).or(any_size) else {
        let wanted: Vec<_> = choices.iter().map(describe).collect();
        return Err(Error::invalid(
            format!(
                "the key to import is {}, not {}",
                key.description,
                wanted.join(" or ")
            ),
            "import it with a specification that matches",
        ));
    };
    let attributes = KeyAttributes {
        key_bits: key.bits,
        ..*found
    };
    match key.restriction {
        Some(restriction) => restriction.apply(attributes, is_open),
        None => Ok(attributes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::key_specs::{ecdsa_p256, ecdsa_p384, rsa};
    use crate::spec::KeySpec as _;

    #[test]
    fn names_the_differences_and_accepts_what_matches() {
        let p256 = ecdsa_p256().choices();
        assert_eq!(differences(&p256[0], &p256), None);
        let text = differences(&p256[0], &ecdsa_p384().choices()).unwrap();
        assert!(text.contains("it is P-256, not P-384"), "{text}");
        let text = differences(&p256[0], &ecdsa_p256().exportable().choices()).unwrap();
        assert_eq!(text, "its private key may not be exported");
        let mut copyable = p256.clone();
        copyable[0].key_policy.key_usage_flags.copy = true;
        let text = differences(&p256[0], &copyable).unwrap();
        assert_eq!(text, "it may not be copied");
        assert_eq!(
            differences(&copyable[0], &p256).as_deref(),
            Some("it may be copied")
        );
        assert_eq!(
            differences(&rsa().bits(2048).choices()[0], &rsa().choices()),
            None
        );
    }
}
