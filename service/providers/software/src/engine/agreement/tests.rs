//! Compares the library's finite-field Diffie-Hellman with the groups of `parsec_psa`.

use parsec_contracts::types::{Algorithm, DhFamily, KeyPolicy, KeyType, UsageFlags};
use parsec_contracts::types::{KeyAgreement, KeyAttributes, RawKeyAgreement};
use parsec_contracts::{Secret, Status};
use parsec_provider::{KeyContext, KeyId};

use parsec_psa::groups::{is_secret, prime};
use parsec_psa::{Engine as _, groups};

use super::super::MbedTlsEngine;

const FFDH: RawKeyAgreement = RawKeyAgreement::Ffdh;

fn key(id: u64, bits: u32, material: Secret) -> KeyContext {
    KeyContext {
        id: KeyId(id),
        attributes: KeyAttributes {
            key_type: KeyType::DhKeyPair {
                group_family: DhFamily::Rfc7919,
            },
            key_bits: bits,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags::default(),
                key_algorithm: Algorithm::KeyAgreement(KeyAgreement::Raw(FFDH)),
            },
        },
        material,
    }
}

/// A number as long as the prime.
fn number(bits: u32, value: u32) -> Vec<u8> {
    let mut bytes = vec![0; bits as usize / 8 - 4];
    bytes.extend(value.to_be_bytes());
    bytes
}

#[test]
fn the_primes_match_the_library() {
    let engine = MbedTlsEngine::start().unwrap();
    for bits in groups::SIZES {
        // The generator is 2, and 2^bits exceeds the prime only once.
        let key = key(u64::from(bits), bits, number(bits, bits).into());
        let above: Vec<u8> = engine.public_key(&key).unwrap();
        let mut ours: Vec<u8> = prime(bits).unwrap().iter().map(|byte| !byte).collect();
        *ours.last_mut().unwrap() += 1;
        assert_eq!(ours, above, "{bits}");
    }
    assert_eq!(prime(1024), None);
}

#[test]
fn both_sides_agree_in_the_largest_groups() {
    let engine = MbedTlsEngine::start().unwrap();
    for bits in [6144, 8192] {
        let [one, other] =
            [0, 1].map(|x| key(u64::from(bits + x), bits, number(bits, 65_537 + x).into()));
        let [ones, others] = [&one, &other].map(|key| engine.public_key(key).unwrap());
        let secret = engine.agree(&one, FFDH, &others).unwrap();
        assert_eq!(secret, engine.agree(&other, FFDH, &ones).unwrap());
        assert_eq!(secret.len(), bits as usize / 8);
    }
}

#[test]
fn publicly_known_secrets_are_rejected() {
    let engine = MbedTlsEngine::start().unwrap();
    // Any number to the power of 0 is 1, and to the power of half the group 1 or p - 1.
    // The prime is odd, so half of it is half of p - 1.
    let mut half = prime(2048).unwrap();
    let mut carry = 0;
    for byte in &mut half {
        (*byte, carry) = (*byte >> 1 | carry << 7, *byte & 1);
    }
    for (id, material) in [(1, number(2048, 0)), (2, half)] {
        let key = key(id, 2048, material.into());
        for peer in [2, 3, 5, 7, 11] {
            let error = engine.agree(&key, FFDH, &number(2048, peer)).unwrap_err();
            assert_eq!(error.status(), Status::PsaErrorInvalidArgument);
            assert!(error.message().contains("publicly known"), "{error}");
        }
    }
    assert!(!is_secret(2048, &number(2048, 0)));
    assert!(is_secret(2048, &number(2048, 2)));
}
