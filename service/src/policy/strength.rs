//! The security strength of keys: NIST SP 800-57 part 1, revision 5, tables 2 and 3.

use parsec_contracts::policy as key_policy;
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyType};

/// RSA and finite-field groups: the modulus length, and the strength from that length on.
const MODULI: [(u32, u32); 6] = [
    (15360, 256),
    (7680, 192),
    (4096, 152),
    (3072, 128),
    (2048, 112),
    (1024, 80),
];

/// The security strength in bits of the weaker of key and algorithm; `None` if neither has one.
///
/// Between two rows of the table the lower one applies, except that RSA with 4096 bits has the 152 bits
/// that SP 800-56B revision 2 computes.
/// that SP 800-56B revision 2 computes.
pub(crate) fn strength(key: Option<&KeyAttributes>, algorithm: Option<&Algorithm>) -> Option<u32> {
    let of_key = key.and_then(of_key);
    let named = algorithm.or(key.map(|key| &key.key_policy.key_algorithm));
    let of_hash = named.and_then(key_policy::hash_strength);
    match (of_key, of_hash) {
        (Some(key), Some(hash)) => Some(key.min(hash)),
        (key, hash) => key.or(hash),
    }
}

fn of_key(key: &KeyAttributes) -> Option<u32> {
    // The size of an imported key may not be known yet.
    if key.key_bits == 0 {
        return None;
    }
    let bits = key.key_bits;
    Some(match key.key_type {
        KeyType::RawData => return None,
        KeyType::EccKeyPair { .. } | KeyType::EccPublicKey { .. } => on_curve(bits),
        KeyType::RsaKeyPair
        | KeyType::RsaPublicKey
        | KeyType::DhKeyPair { .. }
        | KeyType::DhPublicKey { .. } => MODULI
            .iter()
            .find(|(modulus, _)| bits >= *modulus)
            .map_or(0, |(_, strength)| *strength),
        // Three keys, of which two may be equal.
        KeyType::Des => (bits / 2).min(112),
        KeyType::Arc4 => 0,
        _ => bits,
    })
}

/// Half the bits of the order, which is a few bits shorter than the field on some curves.
fn on_curve(bits: u32) -> u32 {
    match bits {
        255 => 128,
        448 => 224,
        521 => 256,
        bits => bits / 2,
    }
}

#[cfg(test)]
mod tests {
    use parsec_contracts::types::{
        AsymmetricSignature, EccFamily, Hash, KeyPolicy, SignHash, UsageFlags,
    };

    use super::*;

    fn key(key_type: KeyType, key_bits: u32, hash: Hash) -> KeyAttributes {
        KeyAttributes {
            key_type,
            key_bits,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa {
                    hash_alg: SignHash::Specific(hash),
                }),
            },
        }
    }

    #[test]
    fn matches_the_nist_tables() {
        let curve = KeyType::EccKeyPair {
            curve_family: EccFamily::SecpR1,
        };
        for (key_type, bits, hash, expected) in [
            (curve, 256, Hash::Sha256, 128),
            (curve, 224, Hash::Sha256, 112),
            (curve, 521, Hash::Sha512, 256),
            (curve, 384, Hash::Sha256, 128),
            (curve, 256, Hash::Sha1, 80),
            (KeyType::RsaKeyPair, 2048, Hash::Sha256, 112),
            (KeyType::RsaKeyPair, 3072, Hash::Sha256, 128),
            (KeyType::Aes, 256, Hash::Sha512, 256),
        ] {
            let found = strength(Some(&key(key_type, bits, hash)), None);
            assert_eq!(found, Some(expected), "{key_type:?} {bits} {hash:?}");
        }
        assert_eq!(
            strength(None, Some(&Algorithm::Hash(Hash::Sha256))),
            Some(128)
        );
        assert_eq!(strength(None, None), None);
    }
}
