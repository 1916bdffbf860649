//! Descriptions of keys for people.

use parsec_contracts::types::{KeyAttributes, KeyType};

use crate::curve::Curve;

/// Returns a short description of a key with these attributes: `P-256`, `RSA 2048`.
pub fn describe(attributes: &KeyAttributes) -> String {
    let bits = attributes.key_bits;
    match attributes.key_type {
        KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
            match Curve::find(curve_family, bits) {
                Some(curve) => curve.name.to_owned(),
                None => format!("{} {bits}", curve_family.name()),
            }
        }
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => format!("RSA {bits}"),
        other => format!("{other} {bits}"),
    }
}
