//! Ciphers and MACs, compared with OpenSSL; Wycheproof tests authenticated encryption.

use std::collections::BTreeSet;
use std::fs;

use parsec_contracts::operations::{
    PsaCipherDecrypt, PsaCipherEncrypt, PsaDestroyKey, PsaMacCompute,
};
use parsec_contracts::types::{Algorithm, Cipher, FullLengthMac, Hash, KeyType, Mac};
use parsec_harness::Service;

use super::{App, attributes, hex, openssl};

const KEY: [u8; 32] = [0x33; 32];
const NAME: &str = "k";

fn import_cipher(app: &mut App, key_type: KeyType, length: usize, alg: Cipher) {
    let attributes = attributes(key_type, 0, Algorithm::Cipher(alg), |usage| {
        usage.encrypt = true;
        usage.decrypt = true;
    });
    app.import(NAME, attributes, &KEY[..length]);
}

fn destroy(app: &mut App) {
    let key_name = NAME.to_owned();
    app.output(PsaDestroyKey { key_name });
}

/// Returns OpenSSL's name of the cipher and of its mode.
fn ciphers() -> Vec<(KeyType, usize, Cipher, String)> {
    let mut all = vec![(
        KeyType::Chacha20,
        32,
        Cipher::StreamCipher,
        "chacha20".to_owned(),
    )];
    for (key_type, family) in [(KeyType::Aes, "aes"), (KeyType::Camellia, "camellia")] {
        for length in [16, 24, 32] {
            for (alg, mode) in [
                (Cipher::Ctr, "ctr"),
                (Cipher::Cfb, "cfb"),
                (Cipher::Ofb, "ofb"),
                (Cipher::EcbNoPadding, "ecb"),
                (Cipher::CbcNoPadding, "cbc"),
                (Cipher::CbcPkcs7, "cbc"),
            ] {
                let name = format!("{family}-{}-{mode}", length * 8);
                all.push((key_type, length, alg, name));
            }
        }
    }
    all
}

#[test]
fn openssl_decrypts_what_we_encrypt_and_encrypts_what_we_decrypt() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    for (key_type, length, alg, name) in ciphers() {
        import_cipher(app, key_type, length, alg);
        let plain: Vec<u8> = (0..96).collect();
        let encrypt = PsaCipherEncrypt {
            key_name: NAME.to_owned(),
            alg,
            plaintext: plain.clone().into(),
        };
        let sealed = app.output(encrypt).ciphertext;
        let iv_length = match alg {
            Cipher::EcbNoPadding => 0,
            Cipher::StreamCipher => 12,
            _ => 16,
        };
        let (iv, text) = sealed.split_at(iv_length);
        // OpenSSL's IV of ChaCha20 begins with the counter.
        let counter: &[u8] = if iv_length == 12 { &[0; 4] } else { &[] };
        let (cipher, key) = (format!("-{name}"), hex(&KEY[..length]));
        let full_iv = hex(&[counter, iv].concat());
        let run = |direction: &str, data: &[u8]| {
            fs::write(&input, data).unwrap();
            let file = input.to_str().unwrap();
            let mut arguments = vec!["enc", direction, &cipher, "-K", &key, "-in", file];
            if iv_length > 0 {
                arguments.extend(["-iv", &full_iv]);
            }
            if alg != Cipher::CbcPkcs7 {
                arguments.push("-nopad");
            }
            openssl(&arguments)
        };
        assert_eq!(run("-d", text), plain, "{name} {alg:?}");
        let theirs = [iv, &run("-e", &plain)].concat();
        let decrypt = PsaCipherDecrypt {
            key_name: NAME.to_owned(),
            alg,
            ciphertext: theirs,
        };
        assert_eq!(app.output(decrypt).plaintext.expose(), plain, "{name}");
        destroy(app);
    }
}

#[test]
fn ivs_do_not_repeat() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    import_cipher(app, KeyType::Aes, 32, Cipher::Ctr);
    let mut seen = BTreeSet::new();
    for _ in 0..2000 {
        let encrypt = PsaCipherEncrypt {
            key_name: NAME.to_owned(),
            alg: Cipher::Ctr,
            plaintext: vec![0].into(),
        };
        let sealed = app.output(encrypt).ciphertext;
        assert!(seen.insert(sealed[..16].to_vec()));
    }
}

#[test]
fn macs_match_openssl() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input");
    let data: Vec<u8> = (0..100).collect();
    fs::write(&file, &data).unwrap();
    let hmac = |hash_alg| FullLengthMac::Hmac { hash_alg };
    let cases = [
        (KeyType::Hmac, 32, hmac(Hash::Sha1), "digest:SHA1"),
        (KeyType::Hmac, 32, hmac(Hash::Sha224), "digest:SHA224"),
        (KeyType::Hmac, 20, hmac(Hash::Sha256), "digest:SHA256"),
        (KeyType::Hmac, 32, hmac(Hash::Sha384), "digest:SHA384"),
        (KeyType::Hmac, 1, hmac(Hash::Sha512), "digest:SHA512"),
        (
            KeyType::Hmac,
            32,
            hmac(Hash::Sha512_256),
            "digest:SHA512-256",
        ),
        (KeyType::Hmac, 32, hmac(Hash::Sha3_224), "digest:SHA3-224"),
        (KeyType::Hmac, 32, hmac(Hash::Sha3_512), "digest:SHA3-512"),
        (KeyType::Aes, 16, FullLengthMac::Cmac, "cipher:aes-128-cbc"),
        (KeyType::Aes, 32, FullLengthMac::Cmac, "cipher:aes-256-cbc"),
        (
            KeyType::Camellia,
            24,
            FullLengthMac::Cmac,
            "cipher:camellia-192-cbc",
        ),
    ];
    for (key_type, length, code, option) in cases {
        let alg = Mac::FullLength(code);
        let attributes = attributes(key_type, 0, Algorithm::Mac(alg), |usage| {
            usage.sign_message = true;
        });
        app.import(NAME, attributes, &KEY[..length]);
        let ours = app.output(PsaMacCompute {
            key_name: NAME.to_owned(),
            alg,
            input: data.clone(),
        });
        let key = format!("hexkey:{}", hex(&KEY[..length]));
        let kind = if key_type == KeyType::Hmac {
            "HMAC"
        } else {
            "CMAC"
        };
        let file = file.to_str().unwrap();
        let theirs = openssl(&[
            "mac", "-binary", "-macopt", option, "-macopt", &key, "-in", file, kind,
        ]);
        assert_eq!(ours.mac, theirs, "{option}");
        destroy(app);
    }
}
