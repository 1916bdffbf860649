//! Asymmetric encryption of short messages.

use std::fs;
use std::path::Path;

use parsec_contracts::operations::{
    PsaAsymmetricDecrypt, PsaAsymmetricEncrypt, PsaExportPublicKey, PsaGenerateKey,
};
use parsec_contracts::types::{Algorithm, AsymmetricEncryption, Hash, KeyAttributes, KeyType};
use parsec_contracts::{Secret, Status};
use parsec_harness::Service;

use super::{App, attributes, hex, openssl};

const MESSAGE: &[u8] = b"the eagle has landed";
const V15: AsymmetricEncryption = AsymmetricEncryption::RsaPkcs1v15Crypt;

fn oaep(hash_alg: Hash) -> AsymmetricEncryption {
    AsymmetricEncryption::RsaOaep { hash_alg }
}

fn pair(bits: u32, alg: AsymmetricEncryption) -> KeyAttributes {
    let algorithm = Algorithm::AsymmetricEncryption(alg);
    attributes(KeyType::RsaKeyPair, bits, algorithm, |usage| {
        usage.encrypt = true;
        usage.decrypt = true;
        usage.export = true;
    })
}

fn encrypt(alg: AsymmetricEncryption, label: &[u8], plaintext: &[u8]) -> PsaAsymmetricEncrypt {
    PsaAsymmetricEncrypt {
        key_name: "k".to_owned(),
        alg,
        plaintext: Secret::from(plaintext),
        salt: label.to_vec(),
    }
}

fn decrypt(alg: AsymmetricEncryption, label: &[u8], ciphertext: &[u8]) -> PsaAsymmetricDecrypt {
    PsaAsymmetricDecrypt {
        key_name: "k".to_owned(),
        alg,
        ciphertext: ciphertext.to_vec(),
        salt: label.to_vec(),
    }
}

/// Runs OpenSSL's `pkeyutl` with the exported key.
fn pkeyutl(folder: &Path, what: &str, input: &[u8], options: &[String]) -> Vec<u8> {
    let file = folder.join("input");
    fs::write(&file, input).unwrap();
    let key = folder.join("key.der");
    let mut arguments = vec![
        "pkeyutl",
        what,
        "-keyform",
        "DER",
        "-inkey",
        key.to_str().unwrap(),
        "-in",
        file.to_str().unwrap(),
    ];
    for option in options {
        arguments.extend(["-pkeyopt", option]);
    }
    openssl(&arguments)
}

#[test]
fn messages_are_exchanged_with_openssl() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (V15, "pkcs1", ""),
        (oaep(Hash::Sha1), "oaep", "sha1"),
        (oaep(Hash::Sha224), "oaep", "sha224"),
        (oaep(Hash::Sha256), "oaep", "sha256"),
        (oaep(Hash::Sha384), "oaep", "sha384"),
        (oaep(Hash::Sha512), "oaep", "sha512"),
        (oaep(Hash::Sha3_256), "oaep", "sha3-256"),
    ];
    let generate = parsec_contracts::operations::PsaImportKey {
        key_name: "k".to_owned(),
        attributes: pair(0, V15),
        data: Secret::default(),
    };
    let material = openssl(&["genrsa", "-traditional", "2048"]);
    let pem = folder.path().join("key.pem");
    let der = folder.path().join("key.der");
    fs::write(&pem, material).unwrap();
    let (pem, der_path) = (pem.to_str().unwrap(), der.to_str().unwrap());
    openssl(&[
        "rsa",
        "-in",
        pem,
        "-traditional",
        "-outform",
        "DER",
        "-out",
        der_path,
    ]);
    let material = fs::read(&der).unwrap();
    for (alg, padding, digest) in cases {
        app.output(parsec_contracts::operations::PsaImportKey {
            attributes: pair(0, alg),
            data: Secret::from(&material[..]),
            ..generate.clone()
        });
        let labels: &[&[u8]] = if alg == V15 { &[b""] } else { &[b"", b"label"] };
        for label in labels {
            let mut options = vec![format!("rsa_padding_mode:{padding}")];
            if alg != V15 {
                options.push(format!("rsa_oaep_md:{digest}"));
                options.push(format!("rsa_mgf1_md:{digest}"));
            }
            if !label.is_empty() {
                options.push(format!("rsa_oaep_label:{}", hex(label)));
            }
            let ours = app.output(encrypt(alg, label, MESSAGE)).ciphertext;
            let theirs = pkeyutl(folder.path(), "-encrypt", MESSAGE, &options);
            assert_eq!(
                pkeyutl(folder.path(), "-decrypt", &ours, &options),
                MESSAGE,
                "{options:?}"
            );
            let plain = app.output(decrypt(alg, label, &theirs)).plaintext;
            assert_eq!(plain.expose(), MESSAGE, "{options:?}");
        }
        let key_name = "k".to_owned();
        app.output(parsec_contracts::operations::PsaDestroyKey { key_name });
    }
}

#[test]
fn all_invalid_ciphertexts_return_the_same_error() {
    let service = Service::direct();
    for alg in [V15, oaep(Hash::Sha256)] {
        let app = &mut App::of(&service);
        let key_name = "k".to_owned();
        app.output(PsaGenerateKey {
            key_name: key_name.clone(),
            attributes: pair(1024, alg),
        });
        let good = app.output(encrypt(alg, b"", MESSAGE)).ciphertext;
        let mut changed = good.clone();
        changed[100] ^= 1;
        let mut bad = vec![
            changed,
            vec![0; 128],
            vec![0xff; 128],
            good[..127].to_vec(),
            [&good[..], &[0]].concat(),
        ];
        let mut one = vec![0; 128];
        one[127] = 1;
        bad.push(one);
        let mut answers: Vec<_> = bad
            .iter()
            .map(|ciphertext| app.call(decrypt(alg, b"", ciphertext)))
            .collect();
        assert_eq!(answers[0].status(), Status::PsaErrorInvalidPadding);
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        if alg != V15 {
            let other_label = app.call(decrypt(alg, b"another", &good));
            assert_eq!(other_label, answers[0]);
        }
        app.output(parsec_contracts::operations::PsaDestroyKey { key_name });
    }
}

#[test]
fn the_maximum_message_length_matches_the_standard() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    for (alg, most) in [(V15, 117), (oaep(Hash::Sha256), 62)] {
        let key_name = "k".to_owned();
        app.output(PsaGenerateKey {
            key_name: key_name.clone(),
            attributes: pair(1024, alg),
        });
        for length in [0, 1, most] {
            let plain = vec![7; length];
            let sealed = app.output(encrypt(alg, b"", &plain)).ciphertext;
            let opened = app.output(decrypt(alg, b"", &sealed)).plaintext;
            assert_eq!(opened.expose(), plain);
        }
        let too_long = encrypt(alg, b"", &vec![7; most + 1]);
        assert_eq!(app.status(too_long), Status::PsaErrorInvalidArgument);
        app.output(parsec_contracts::operations::PsaDestroyKey { key_name });
    }
}

#[test]
fn a_public_key_encrypts_and_v15_has_no_label() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    app.output(PsaGenerateKey {
        key_name: "pair".to_owned(),
        attributes: pair(1024, V15),
    });
    let key_name = "pair".to_owned();
    let public = app.output(PsaExportPublicKey { key_name }).data;
    let attributes = KeyAttributes {
        key_type: KeyType::RsaPublicKey,
        ..pair(0, V15)
    };
    app.import("k", attributes, &public);
    let sealed = app.output(encrypt(V15, b"", MESSAGE)).ciphertext;
    let by_public = decrypt(V15, b"", &sealed);
    assert_eq!(
        app.status(by_public.clone()),
        Status::PsaErrorInvalidArgument
    );
    let by_pair = PsaAsymmetricDecrypt {
        key_name: "pair".to_owned(),
        ..by_public
    };
    assert_eq!(app.output(by_pair).plaintext.expose(), MESSAGE);
    let labelled = encrypt(V15, b"label", MESSAGE);
    assert_eq!(app.status(labelled), Status::PsaErrorInvalidArgument);
}
