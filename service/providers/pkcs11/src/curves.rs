//! The names and encodings of elliptic curves in PKCS #11.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::KeyType;
use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _};
use parsec_contracts::types::EccFamily;
use parsec_psa::number_length;

/// The curves with a name: SEC 2, RFC 5639.
const CURVES: &[(EccFamily, u32, ObjectIdentifier)] = &[
    (EccFamily::SecpR1, 192, oid("1.2.840.10045.3.1.1")),
    (EccFamily::SecpR1, 224, oid("1.3.132.0.33")),
    (EccFamily::SecpR1, 256, oid("1.2.840.10045.3.1.7")),
    (EccFamily::SecpR1, 384, oid("1.3.132.0.34")),
    (EccFamily::SecpR1, 521, oid("1.3.132.0.35")),
    (EccFamily::SecpK1, 192, oid("1.3.132.0.31")),
    (EccFamily::SecpK1, 256, oid("1.3.132.0.10")),
    (EccFamily::TwistedEdwards, 255, oid("1.3.101.112")),
    (EccFamily::BrainpoolPR1, 256, oid("1.3.36.3.3.2.8.1.1.7")),
    (EccFamily::BrainpoolPR1, 384, oid("1.3.36.3.3.2.8.1.1.11")),
    (EccFamily::BrainpoolPR1, 512, oid("1.3.36.3.3.2.8.1.1.13")),
];

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// All curves with a name.
pub(crate) fn all() -> impl Iterator<Item = (EccFamily, u32)> {
    CURVES.iter().map(|(family, bits, _)| (*family, *bits))
}

/// The curve's name, encoded for `CKA_EC_PARAMS`.
pub(crate) fn parameters(family: EccFamily, bits: u32) -> Option<Vec<u8>> {
    let (_, _, oid) = CURVES
        .iter()
        .find(|(one, size, _)| *one == family && *size == bits)?;
    oid.to_der().ok()
}

/// The mechanism that generates key pairs of the family.
pub(crate) fn generation(family: EccFamily) -> Mechanism<'static> {
    match family {
        EccFamily::TwistedEdwards => Mechanism::EccEdwardsKeyPairGen,
        _ => Mechanism::EccKeyPairGen,
    }
}

/// The PKCS #11 type of keys of the family.
pub(crate) fn key_type(family: EccFamily) -> KeyType {
    match family {
        EccFamily::TwistedEdwards => KeyType::EC_EDWARDS,
        _ => KeyType::EC,
    }
}

/// Whether the bytes are a public key: 0x04, x and y, or for Edwards25519 (RFC 8032) 32 bytes.
fn is_point(bytes: &[u8], bits: u32) -> bool {
    match bits {
        255 => bytes.len() == 32,
        bits => bytes.len() == 1 + 2 * number_length(bits) && bytes.first() == Some(&4),
    }
}

/// Decodes a `CKA_EC_POINT`. It is an octet string that contains the point (PKCS #11 v2.40, 2.3.3),
/// but some tokens return the raw point.
pub(crate) fn from_attribute(value: &[u8], bits: u32) -> Option<Vec<u8>> {
    if is_point(value, bits) {
        return Some(value.to_vec());
    }
    let point = <&OctetStringRef>::from_der(value).ok()?.as_bytes();
    is_point(point, bits).then(|| point.to_vec())
}

/// Encodes a point as a `CKA_EC_POINT`.
pub(crate) fn to_attribute(point: &[u8]) -> Option<Vec<u8>> {
    OctetStringRef::new(point).ok()?.to_der().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curve_names_are_der() {
        let name = parameters(EccFamily::SecpR1, 256).unwrap();
        assert_eq!(name, [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
        assert_eq!(parameters(EccFamily::SecpR1, 255), None);
    }

    #[test]
    fn points_are_decoded_raw_and_as_octet_strings() {
        for bits in [256, 384, 521] {
            let mut point = vec![7; 1 + 2 * number_length(bits)];
            point[0] = 4;
            let wrapped = to_attribute(&point).unwrap();
            assert_ne!(wrapped, point);
            assert_eq!(from_attribute(&wrapped, bits), Some(point.clone()));
            assert_eq!(from_attribute(&point, bits), Some(point.clone()));
            assert_eq!(from_attribute(&point[1..], bits), None);
            assert_eq!(from_attribute(&[], bits), None);
        }
    }
}
