//! Keys that do not sign.

use hex_literal::hex;
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

/// RFC 5869, appendix A.1.
#[test]
fn the_salt_reaches_hkdf() {
    let (_service, parsec) = client();
    let material = parsec_client::Secret::new(vec![0x0b; 22]);
    let master = parsec.import_bytes("master", hkdf(), &material).unwrap();
    let salt: Vec<u8> = (0..13).collect();
    let info: Vec<u8> = (0xf0..0xfa).collect();
    let expected = hex!(
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
    let bytes = master.derive_bytes_with_salt(&salt, &info, 42).unwrap();
    assert_eq!(*bytes, expected);
    assert_ne!(master.derive_bytes(&info, 42).unwrap(), bytes);
    let expected = parsec_client::Secret::from(bytes.as_slice());
    master
        .verify_bytes_with_salt(&salt, &expected, &info)
        .unwrap();
    master.verify_bytes(&expected, &info).unwrap_err();
    let salted = master
        .derive_key_with_salt(&salt, &info, "salted", aes_256_gcm())
        .unwrap();
    let plain = master.derive_key(&info, "plain", aes_256_gcm()).unwrap();
    let sealed = salted.encrypt(b"hello").unwrap();
    plain.decrypt(&sealed).unwrap_err();

    let ours = parsec.generate("ours", ecdh_p256()).unwrap();
    let peer = ours.export_public().unwrap();
    let agreed = ours.agree_bytes_with_salt(&salt, &peer, &info, 42).unwrap();
    assert_ne!(ours.agree_bytes(&peer, &info, 42).unwrap(), agreed);
    let salted = ours
        .agree_key_with_salt(&salt, &peer, &info, "agreed", aes_256_gcm())
        .unwrap();
    let plain = ours.agree_key(&peer, &info, "unsalted", aes_256_gcm());
    let sealed = salted.encrypt(b"hello").unwrap();
    plain.unwrap().decrypt(&sealed).unwrap_err();
}

/// The GCM specification of McGrew and Viega (2005), test case 14: AES-256.
#[test]
fn the_nonce_of_the_caller_is_used() {
    let (_service, parsec) = client();
    let material = parsec_client::Secret::new(vec![0; 32]);
    let key = parsec
        .import_bytes("zeros", aes_256_gcm(), &material)
        .unwrap();
    let sealed = key
        .dangerous_encrypt_with_nonce([0; 16], [0; 12], b"")
        .unwrap();
    let expected = hex!("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    assert_eq!(sealed, [&[0; 12], &expected[..]].concat());
    assert_eq!(*key.decrypt(&sealed).unwrap(), vec![0; 16]);
    for length in [0, 11, 13, 16] {
        let error = key
            .dangerous_encrypt_with_nonce(b"hello", vec![0; length], b"")
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
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
