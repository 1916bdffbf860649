//! Comparison of requested attributes with those of existing keys.

use parsec_contracts::policy;
use parsec_contracts::types::{KeyAttributes, KeyType};

use crate::describe::describe;
use crate::error::Error;

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
                "it is for {:?}, not for {:?}",
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

/// Returns the RSA choice without a fixed size, which matches keys of any size.
pub(super) fn unsized_rsa(choices: &[KeyAttributes], key_type: KeyType) -> Option<&KeyAttributes> {
    choices
        .first()
        .filter(|first| choices.len() > 1 && first.key_type == key_type)
}

pub(super) fn mismatch(description: &str, choices: &[KeyAttributes]) -> Error {
    let wanted: Vec<_> = choices.iter().map(describe).collect();
    Error::invalid(
        format!(
            "the key to import is {description}, not {}",
            wanted.join(" or ")
        ),
        "import it with a specification that matches",
    )
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
