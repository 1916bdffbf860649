//! Signing keys of every kind, with independent verification of their signatures.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{Signature as P256Signature, VerifyingKey as P256VerifyingKey};
use p256::pkcs8::DecodePublicKey as _;
use parsec_client::blocking::SigningKey;
use parsec_client::{
    EcdsaSpec, ErrorKind, Hash, ProviderId, Signature, ecdsa_brainpool_p256, ecdsa_p256,
    ecdsa_p384, ecdsa_p521, ecdsa_secp256k1, rsa,
};
use parsec_harness::Service;
use sha2::{Digest as _, Sha256};

use crate::blocking;
use crate::openssl::verifies;

const PSS: &[&str] = &[
    "-sigopt",
    "rsa_padding_mode:pss",
    "-sigopt",
    "rsa_pss_saltlen:digest",
];

/// Checks that the key and openssl verify its signatures.
fn check(service: &Service, key: &SigningKey, options: &[&str]) {
    let message = b"the message";
    let signature = key.sign(message).unwrap();
    key.verify(message, &signature).unwrap();
    let error = key.verify(b"another message", &signature).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{error}");
    assert_eq!(error.key_name(), Some(key.name()));

    let pem = key.public_key().to_pem();
    let der = signature.to_der();
    let judge = |message: &[u8]| verifies(service.scratch(), &pem, message, &der, options);
    assert!(judge(message), "{}", key.name());
    assert!(!judge(b"another message"), "{}", key.name());

    let public = key.public_key();
    assert_eq!(Signature::from_der(&der, public).unwrap(), signature);
    assert_eq!(
        Signature::from_raw(signature.as_raw(), public).unwrap(),
        signature
    );
}

#[test]
fn openssl_verifies_ecdsa_on_every_curve() {
    let service = Service::start();
    let parsec = blocking(&service);
    let keys: [(&str, EcdsaSpec, &str); 5] = [
        ("p256", ecdsa_p256(), "-sha256"),
        ("p384", ecdsa_p384(), "-sha384"),
        ("p521", ecdsa_p521(), "-sha512"),
        ("secp256k1", ecdsa_secp256k1(), "-sha256"),
        ("brainpool", ecdsa_brainpool_p256(), "-sha256"),
    ];
    for (name, spec, hash) in keys {
        let key = parsec.generate(name, spec).unwrap();
        assert_eq!(key.name(), name);
        assert_eq!(key.provider(), ProviderId::Software);
        // One in 128 signatures has a number with leading zeros.
        for _ in 0..4 {
            check(&service, &key, &[hash]);
        }
    }
}

#[test]
fn openssl_verifies_rsa_with_either_padding() {
    let service = Service::start();
    let parsec = blocking(&service);
    let pss = parsec.generate("pss", rsa().bits(2048)).unwrap();
    check(&service, &pss, &[&["-sha256"], PSS].concat());
    let pkcs1 = parsec.generate("pkcs1", rsa().bits(2048).pkcs1()).unwrap();
    check(&service, &pkcs1, &["-sha256"]);
    let other_hash = rsa().bits(2048).hash(Hash::Sha512);
    let other_hash = parsec.generate("sha512", other_hash).unwrap();
    check(&service, &other_hash, &[&["-sha512"], PSS].concat());
}

#[test]
fn an_rsa_key_without_a_size_has_3072_bits_or_else_2048() {
    let service = Service::start();
    let parsec = blocking(&service);
    let key = parsec.generate("rsa", rsa()).unwrap();
    let bits = key.attributes().key_bits;
    assert!([3072, 2048].contains(&bits), "{bits}");
    assert_eq!(key.public_key().bits(), bits);
    let same = parsec.get_or_generate("rsa", rsa()).unwrap();
    assert_eq!(same.public_key(), key.public_key());
}

#[test]
fn rustcrypto_verifies_the_raw_form() {
    let service = Service::start();
    let key = blocking(&service).generate("key", ecdsa_p256()).unwrap();
    let signature = key.sign(b"hello").unwrap();
    let judge = P256VerifyingKey::from_public_key_der(&key.public_key().to_der()).unwrap();
    let hash = Sha256::digest(b"hello");
    let raw = P256Signature::from_slice(&signature.to_raw()).unwrap();
    judge.verify_prehash(&hash, &raw).unwrap();
    let der = P256Signature::from_der(&signature.to_der()).unwrap();
    assert_eq!(der, raw);
}

#[test]
fn signing_a_message_equals_signing_its_hash() {
    let service = Service::start();
    let key = blocking(&service).generate("key", ecdsa_p256()).unwrap();
    let hash = Sha256::digest(b"hello");
    key.verify(b"hello", &key.sign_hash(hash).unwrap()).unwrap();
    key.verify_hash(hash, &key.sign(b"hello").unwrap()).unwrap();

    let error = key.sign_hash(&hash[1..]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    let error = key.sign_with(Hash::Sha384, b"hello").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted, "{error}");
    assert!(error.to_string().contains("sha-256"), "{error}");
}

#[test]
fn messages_may_be_longer_than_a_request() {
    let service = Service::start();
    let key = blocking(&service).generate("key", ecdsa_p256()).unwrap();
    let message = vec![0x5a; 8 * 1024 * 1024];
    let signature = key.sign(&message).unwrap();
    key.verify(&message, &signature).unwrap();
}

#[test]
fn malformed_signatures_do_not_match() {
    let service = Service::start();
    let key = blocking(&service).generate("key", ecdsa_p256()).unwrap();
    let odd = [
        Signature::ecdsa([0; 64]).unwrap(),
        Signature::ecdsa([0xff; 64]).unwrap(),
        Signature::ecdsa([1; 96]).unwrap(),
        Signature::rsa([1; 256]),
    ];
    for signature in odd {
        let error = key.verify(b"hello", &signature).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{signature:?}");
    }
}
