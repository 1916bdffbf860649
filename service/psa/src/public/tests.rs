//! Test vectors of other implementations.

use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn sample() -> Vec<u8> {
    crate::hash(Hash::Sha256, b"sample").unwrap()
}

/// RFC 6979, A.2.5, and the signature with the other s.
#[test]
fn both_signatures_of_ecdsa_verify() {
    let key_type = KeyType::EccPublicKey {
        curve_family: EccFamily::SecpR1,
    };
    let kind = (&key_type, 256);
    let alg = AsymmetricSignature::EcdsaAny;
    let point = bytes(
        "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
         7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    );
    let r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
    for s in [
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9",
    ] {
        let signature = bytes(&[r, s].concat());
        verify_hash(kind, &point, &alg, &sample(), &signature).unwrap();
        verify_hash(kind, &point, &alg, &[1; 32], &signature).unwrap_err();
        verify_hash(kind, &point, &alg, &sample(), &signature[1..]).unwrap_err();
    }
    verify_hash(kind, &point, &alg, &sample(), &[0; 64]).unwrap_err();
}

/// RFC 8032, 7.1, test 2.
#[test]
fn edwards_signatures_verify() {
    let key_type = KeyType::EccPublicKey {
        curve_family: EccFamily::TwistedEdwards,
    };
    let kind = (&key_type, 255);
    let key = bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    let signature = bytes(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    verify_message(kind, &key, &[0x72], &signature).unwrap();
    let error = verify_message(kind, &key, &[0x73], &signature).unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorInvalidSignature);
    verify_message(kind, &key, &[0x72], &signature[1..]).unwrap_err();
}

#[test]
fn hashes_are_truncated_to_the_bits_of_the_order() {
    assert_eq!(ecdsa_number(&[7; 20], 256), padded(&[7; 20], 32));
    assert_eq!(ecdsa_number(&[7; 64], 256), [7; 32]);
    assert_eq!(ecdsa_number(&[7; 64], 521), padded(&[7; 64], 66));
    // 528 bits, of which the last seven are dropped.
    let cut = ecdsa_number(&[0xff; 70], 521);
    assert_eq!((cut[0], &cut[1..]), (1, &[0xff; 65][..]));
}
