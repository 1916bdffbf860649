//! Tests beyond the suite: sizes of keys that no provider supports.

use parsec_contracts::types::{DhFamily, EccFamily};
use parsec_provider::known_keys::RSA_2048_PAIR;

use super::*;

const PUBLIC: &[u8] =
    include_bytes!("../../../providers/api/src/suite/vectors/rsa-2048-public.der");

#[test]
fn valid_keys_are_accepted() {
    for (key_type, data) in [
        (KeyType::RsaKeyPair, RSA_2048_PAIR),
        (KeyType::RsaPublicKey, PUBLIC),
    ] {
        assert_eq!(size_of(&key_type, data).unwrap(), 2048);
        check(&key_type, 2048, data).unwrap();
    }
}

#[test]
fn oversized_keys_are_rejected_before_the_checks() {
    let length = 1 << 13;
    let modulus = [&[2, 0x82, 0x20, 0x01, 0][..], &vec![0xff; length][..]].concat();
    let body = [&modulus[..], &[2, 3, 1, 0, 1]].concat();
    let [.., high, low] = body.len().to_be_bytes();
    let key = [&[0x30, 0x82, high, low], &body[..]].concat();
    let error = size_of(&KeyType::RsaPublicKey, &key).unwrap_err();
    assert!(error.message().contains("65536"), "{error}");
}

#[test]
fn oversized_primes_are_rejected_before_the_multiplication() {
    let header = 4;
    // Version, modulus, public exponent, private exponent; the first prime follows.
    let before = 3 + (4 + 257) + 5 + (4 + 256);
    let (kept, rest) = RSA_2048_PAIR[header..].split_at(before);
    assert_eq!(rest[..3], [2, 0x81, 0x81]);
    let prime = [&[2, 0x82, 0x40, 0][..], &vec![1; 0x4000]].concat();
    let body = [kept, &prime, &rest[3 + 0x81..]].concat();
    let [.., high, low] = body.len().to_be_bytes();
    let key = [&[0x30, 0x82, high, low], &body[..]].concat();
    assert_eq!(size_of(&KeyType::RsaKeyPair, &key).unwrap(), 2048);
    let error = check(&KeyType::RsaKeyPair, 2048, &key).unwrap_err();
    assert!(error.message().contains("longer than"), "{error}");
}

#[test]
fn sizes_match_curves_and_groups() {
    let curve_family = EccFamily::SecpR1;
    let pair = KeyType::EccKeyPair { curve_family };
    let public = KeyType::EccPublicKey { curve_family };
    let montgomery = KeyType::EccPublicKey {
        curve_family: EccFamily::Montgomery,
    };
    let group = KeyType::DhPublicKey {
        group_family: DhFamily::Rfc7919,
    };
    for (key_type, length, bits) in [
        (pair, 66, 521),
        (public, 133, 521),
        (public, 65, 256),
        (montgomery, 32, 255),
        (montgomery, 56, 448),
        (group, 256, 2048),
    ] {
        assert_eq!(size_of(&key_type, &vec![4; length]).unwrap(), bits);
    }
    for (key_type, length) in [
        (pair, 65),
        (public, 64),
        (public, 66),
        (montgomery, 33),
        (group, 255),
    ] {
        size_of(&key_type, &vec![4; length]).unwrap_err();
    }
}
