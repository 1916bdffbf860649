//! Keys that do not sign.

use parsec_client::blocking::Client;
use parsec_client::{
    ErrorKind, Hash, aes_256_ccm, aes_256_gcm, aes_cmac, aes_key_wrap, chacha20_poly1305,
    ecdh_p256, ecdsa_p256, hkdf, hmac, rsa_oaep, x25519,
};
use parsec_harness::Service;

use crate::blocking;

fn client() -> (Service, Client) {
    let service = Service::start();
    let client = blocking(&service);
    (service, client)
}

#[test]
fn modified_ciphertexts_are_not_decrypted() {
    let (_service, parsec) = client();
    for (name, spec) in [
        ("gcm", aes_256_gcm()),
        ("ccm", aes_256_ccm()),
        ("chacha", chacha20_poly1305()),
    ] {
        let key = parsec.generate(name, spec).unwrap();
        let sealed = key.encrypt_with_context("invoice", b"paid").unwrap();
        assert_eq!(sealed.len(), 12 + 4 + 16);
        let opened = key.decrypt_with_context("invoice", &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"paid");
        assert_ne!(
            key.encrypt_with_context("invoice", b"paid").unwrap(),
            sealed
        );
        let mut changed = sealed.clone();
        changed[13] ^= 1;
        for (context, sealed) in [("invoice", &changed), ("", &sealed)] {
            let error = key.decrypt_with_context(context, sealed).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::DecryptionFailed, "{error}");
        }
        for length in [0, 1, 11, 12, 27, 28] {
            let error = key.decrypt(&sealed[..length]).unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::DecryptionFailed,
                "{length}: {error}"
            );
            assert_eq!(error.key_name(), Some(name));
        }
    }
}

#[test]
fn codes_depend_on_key_and_data() {
    let (_service, parsec) = client();
    for (name, spec) in [("hmac", hmac(Hash::Sha512)), ("cmac", aes_cmac())] {
        let key = parsec.generate(name, spec).unwrap();
        let code = key.compute(b"data").unwrap();
        key.verify(b"data", &code).unwrap();
        for (data, code) in [(&b"date"[..], &code[..]), (b"data", &code[1..])] {
            let error = key.verify(data, code).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidSignature);
        }
    }
}

#[test]
fn asymmetric_encryption_round_trip() {
    let (_service, parsec) = client();
    let key = parsec.generate("letterbox", rsa_oaep()).unwrap();
    let sealed = key.encrypt_with_label("a", b"hello").unwrap();
    let opened = key.decrypt_with_label("a", &sealed).unwrap();
    assert_eq!(opened.as_slice(), b"hello");
    let error = key.decrypt(&sealed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DecryptionFailed, "{error}");
    let error = key.encrypt([0; 500]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("fit"), "{error}");
}

#[test]
fn derivation_depends_on_the_info() {
    let (_service, parsec) = client();
    let master = parsec.generate("master", hkdf()).unwrap();
    let a = master.derive_bytes("a", 40).unwrap();
    assert_eq!(a, master.derive_bytes("a", 40).unwrap());
    assert_ne!(a, master.derive_bytes("b", 40).unwrap());
    let one = master.derive_key("a", "one", aes_256_gcm()).unwrap();
    let same = master.derive_key("a", "same", aes_256_gcm()).unwrap();
    let other = master.derive_key("b", "other", aes_256_gcm()).unwrap();
    let sealed = one.encrypt(b"hello").unwrap();
    assert_eq!(same.decrypt(&sealed).unwrap().as_slice(), b"hello");
    other.decrypt(&sealed).unwrap_err();
    let error = master.derive_key("a", "one", aes_256_gcm()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyExists);
}

#[test]
fn two_parties_agree_on_a_secret() {
    let (_service, parsec) = client();
    for (round, spec) in [ecdh_p256(), x25519()].into_iter().enumerate() {
        let name = |of: &str| format!("{of}-{round}");
        let ours = parsec.generate(&name("ours"), spec.clone()).unwrap();
        let theirs = parsec.generate(&name("theirs"), spec).unwrap();
        let peer = theirs.export_public().unwrap();
        let here = ours
            .agree_key(peer, "x", &name("here"), aes_256_gcm())
            .unwrap();
        let peer = ours.export_public().unwrap();
        let there = theirs
            .agree_key(peer, "x", &name("there"), aes_256_gcm())
            .unwrap();
        let sealed = here.encrypt(b"hello").unwrap();
        assert_eq!(there.decrypt(&sealed).unwrap().as_slice(), b"hello");
        let error = ours
            .agree_key([1; 3], "x", "never", aes_256_gcm())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    }
}

#[test]
fn an_unwrapped_key_is_the_same_key() {
    let (_service, parsec) = client();
    let backup = parsec.generate("backup", aes_key_wrap()).unwrap();
    let key = parsec
        .generate("web-tls", ecdsa_p256().exportable())
        .unwrap();
    let wrapped = backup.wrap("web-tls").unwrap();
    let same = backup.unwrap_key(&wrapped, "same", ecdsa_p256()).unwrap();
    let signature = same.sign(b"hello").unwrap();
    key.verify(b"hello", &signature).unwrap();
    parsec.generate("kept", ecdsa_p256()).unwrap();
    let error = backup.wrap("kept").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted);
}

#[test]
fn a_key_opens_only_for_its_role() {
    let (_service, parsec) = client();
    parsec.generate("vault", aes_256_gcm()).unwrap();
    let same = parsec.open("vault").unwrap().into_symmetric_key().unwrap();
    same.decrypt(same.encrypt(b"hello").unwrap()).unwrap();
    let error = parsec.open("vault").unwrap().into_mac_key().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    parsec.get_or_generate("vault", aes_256_gcm()).unwrap();
    let error = parsec.get_or_generate("vault", aes_256_ccm()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyExists);
}
