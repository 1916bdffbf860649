//! Keys and bytes derived from other secrets.

use parsec_contracts::Status;
use parsec_contracts::operations::{DeriveBytes, DeriveKey, VerifyDerivation};
use parsec_contracts::types::{
    Algorithm, DerivationInput, DerivationInputs, Hash, KeyAttributes, KeyDerivation, KeyType,
};
use parsec_harness::Service;

use super::{App, attributes, exportable, hex, openssl};

const SECRET: &[u8] = b"a secret that nobody else knows!";
const SALT: &[u8] = b"salt of some length";
const HASHES: [(Hash, &str); 6] = [
    (Hash::Sha224, "SHA224"),
    (Hash::Sha256, "SHA256"),
    (Hash::Sha384, "SHA384"),
    (Hash::Sha512, "SHA512"),
    (Hash::Sha3_256, "SHA3-256"),
    (Hash::Sha3_512, "SHA3-512"),
];

fn secret_key(alg: KeyDerivation) -> KeyAttributes {
    attributes(KeyType::Derive, 0, Algorithm::KeyDerivation(alg), |usage| {
        usage.derive = true;
    })
}

fn named(name: &str) -> Option<DerivationInput> {
    Some(DerivationInput::Key {
        key_name: name.to_owned(),
    })
}

fn bytes(bytes: &[u8]) -> Option<DerivationInput> {
    Some(DerivationInput::Bytes {
        value: bytes.into(),
    })
}

fn kdf(length: u32, name: &str, options: &[&str]) -> Vec<u8> {
    let length = length.to_string();
    let mut arguments = vec!["kdf", "-binary", "-keylen", &length];
    for option in options {
        arguments.extend(["-kdfopt", option]);
    }
    arguments.push(name);
    openssl(&arguments)
}

/// Derives with the key `secret`, the salt as bytes.
fn derive(app: &mut App, alg: KeyDerivation, inputs: DerivationInputs, length: u32) -> Vec<u8> {
    app.import("secret", secret_key(alg), SECRET);
    let input = DeriveBytes {
        alg,
        inputs: DerivationInputs {
            secret: named("secret"),
            ..inputs
        },
        length,
    };
    let data = app.output(input).data.into_vec();
    let key_name = "secret".to_owned();
    app.output(parsec_contracts::operations::PsaDestroyKey { key_name });
    data
}

#[test]
fn hkdf_matches_openssl() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let (secret, salt) = (format!("hexkey:{}", hex(SECRET)), hex(SALT));
    for (hash_alg, digest) in HASHES {
        let digest = format!("digest:{digest}");
        let salt = format!("hexsalt:{salt}");
        let inputs = DerivationInputs {
            salt: bytes(SALT),
            info: b"what for".to_vec(),
            ..DerivationInputs::default()
        };
        let ours = derive(app, KeyDerivation::Hkdf { hash_alg }, inputs, 100);
        let options = [&*digest, &secret, &salt, "info:what for"];
        assert_eq!(ours, kdf(100, "HKDF", &options), "{digest}");
        let inputs = DerivationInputs {
            salt: bytes(SALT),
            ..DerivationInputs::default()
        };
        let length = hash_alg.length() as u32;
        let ours = derive(app, KeyDerivation::HkdfExtract { hash_alg }, inputs, length);
        let options = [&*digest, &secret, &salt, "mode:EXTRACT_ONLY"];
        assert_eq!(ours, kdf(length, "HKDF", &options), "{digest}");
    }
}

#[test]
fn the_tls12_prf_matches_openssl() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    for (hash_alg, digest) in [(Hash::Sha256, "SHA256"), (Hash::Sha384, "SHA384")] {
        let inputs = DerivationInputs {
            label: b"key expansion".to_vec(),
            seed: b"client and server".to_vec(),
            ..DerivationInputs::default()
        };
        let ours = derive(app, KeyDerivation::Tls12Prf { hash_alg }, inputs, 104);
        let secret = format!("hexsecret:{}", hex(SECRET));
        let digest = format!("digest:{digest}");
        // OpenSSL takes the label and the seed as one input.
        let options = [&*digest, &secret, "seed:key expansionclient and server"];
        assert_eq!(ours, kdf(104, "TLS1-PRF", &options), "{digest}");
    }
}

#[test]
fn pbkdf2_matches_openssl() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    for (hash_alg, digest) in HASHES {
        let inputs = DerivationInputs {
            salt: bytes(SALT),
            cost: 1234,
            ..DerivationInputs::default()
        };
        let ours = derive(app, KeyDerivation::Pbkdf2Hmac { hash_alg }, inputs, 70);
        let secret = format!("hexpass:{}", hex(SECRET));
        let salt = format!("hexsalt:{}", hex(SALT));
        let digest = format!("digest:{digest}");
        let options = [&*digest, &secret, &salt, "iter:1234"];
        assert_eq!(ours, kdf(70, "PBKDF2", &options), "{digest}");
    }
}

const HKDF: KeyDerivation = KeyDerivation::Hkdf {
    hash_alg: Hash::Sha256,
};

fn inputs(salt: Option<DerivationInput>) -> DerivationInputs {
    DerivationInputs {
        secret: named("secret"),
        salt,
        ..DerivationInputs::default()
    }
}

#[test]
fn a_derived_key_equals_the_derived_bytes_and_verifies() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    app.import("secret", secret_key(HKDF), SECRET);
    app.import("salt", secret_key(HKDF), SALT);
    let length = 32;
    let alg = HKDF;
    let from_bytes = inputs(bytes(SALT));
    let from_key = inputs(named("salt"));
    let make = DeriveKey {
        alg,
        inputs: from_key.clone(),
        key_name: "derived".to_owned(),
        attributes: exportable(KeyType::Aes, 256),
        lifetime: None,
    };
    app.output(make.clone());
    let derive = DeriveBytes {
        alg,
        inputs: from_bytes,
        length,
    };
    let data = app.output(derive).data;
    assert_eq!(app.export("derived"), data.expose());
    assert_eq!(app.status(make), Status::PsaErrorAlreadyExists);
    let verify = VerifyDerivation {
        alg,
        inputs: from_key,
        expected: data.clone(),
    };
    assert_eq!(app.status(verify.clone()), Status::Success);
    let mut wrong = data.into_vec();
    wrong[31] ^= 1;
    let verify = VerifyDerivation {
        expected: wrong.into(),
        ..verify
    };
    assert_eq!(app.status(verify), Status::PsaErrorInvalidSignature);
}

#[test]
fn a_key_derives_only_what_its_policy_permits() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let mut idle = secret_key(HKDF);
    idle.key_policy.key_usage_flags.derive = false;
    app.import("secret", idle, SECRET);
    let derive = |alg, salt| DeriveBytes {
        alg,
        inputs: inputs(salt),
        length: 16,
    };
    assert_eq!(app.status(derive(HKDF, None)), Status::PsaErrorNotPermitted);
    let other = KeyDerivation::Hkdf {
        hash_alg: Hash::Sha512,
    };
    app.import("salt", secret_key(other), SALT);
    app.import("second", secret_key(HKDF), SECRET);
    let with_second = |salt| DeriveBytes {
        inputs: DerivationInputs {
            secret: named("second"),
            ..inputs(salt)
        },
        ..derive(HKDF, None)
    };
    assert_eq!(app.status(with_second(None)), Status::Success);
    // The policy of the salt's key applies as well.
    assert_eq!(
        app.status(with_second(named("salt"))),
        Status::PsaErrorNotPermitted
    );
    assert_eq!(
        app.status(with_second(named("nobody's"))),
        Status::PsaErrorDoesNotExist
    );
}
