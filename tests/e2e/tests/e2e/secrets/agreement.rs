//! Key agreement.

use parsec_contracts::Status;
use parsec_contracts::operations::{
    AgreeBytes, AgreeKey, PsaExportPublicKey, PsaGenerateKey, PsaRawKeyAgreement,
};
use parsec_contracts::types::{
    Algorithm, DerivationInput, DerivationInputs, EccFamily, Hash, KeyAgreement, KeyAttributes,
    KeyDerivation, KeyType, RawKeyAgreement,
};
use parsec_harness::Service;

use super::{App, attributes, exportable};

const HKDF: KeyDerivation = KeyDerivation::Hkdf {
    hash_alg: Hash::Sha256,
};
const ECDH_HKDF: KeyAgreement = KeyAgreement::WithKeyDerivation {
    ka_alg: RawKeyAgreement::Ecdh,
    kdf_alg: HKDF,
};
const ECDH: KeyAgreement = KeyAgreement::Raw(RawKeyAgreement::Ecdh);

fn pair(curve_family: EccFamily, bits: u32, alg: KeyAgreement) -> KeyAttributes {
    let key_type = KeyType::EccKeyPair { curve_family };
    attributes(key_type, bits, Algorithm::KeyAgreement(alg), |usage| {
        usage.derive = true;
    })
}

/// Creates a key pair and returns its public key.
fn generate(app: &mut App, name: &str, attributes: KeyAttributes) -> Vec<u8> {
    let key_name = name.to_owned();
    app.output(PsaGenerateKey {
        key_name: key_name.clone(),
        attributes,
    });
    app.output(PsaExportPublicKey { key_name }).data
}

fn agree(private: &str, peer_key: &[u8], alg: KeyAgreement, name: &str) -> AgreeKey {
    AgreeKey {
        alg,
        private_key_name: private.to_owned(),
        peer_key: peer_key.to_vec(),
        inputs: DerivationInputs::default(),
        key_name: name.to_owned(),
        attributes: exportable(KeyType::Aes, 256),
        lifetime: None,
    }
}

#[test]
fn both_sides_derive_the_same_key_on_every_curve() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let curves = [
        (EccFamily::SecpR1, 256),
        (EccFamily::SecpR1, 521),
        (EccFamily::SecpK1, 256),
        (EccFamily::BrainpoolPR1, 384),
        (EccFamily::Montgomery, 255),
        (EccFamily::Montgomery, 448),
    ];
    for (index, (family, bits)) in curves.into_iter().enumerate() {
        let name = |of: &str| format!("{of}-{index}");
        let (alice, bob) = (name("alice"), name("bob"));
        let alices = generate(app, &alice, pair(family, bits, ECDH_HKDF));
        let bobs = generate(app, &bob, pair(family, bits, ECDH_HKDF));
        let (one, other) = (name("one"), name("other"));
        app.output(agree(&alice, &bobs, ECDH_HKDF, &one));
        app.output(agree(&bob, &alices, ECDH_HKDF, &other));
        assert_eq!(app.export(&one), app.export(&other), "{family:?} {bits}");
    }
}

#[test]
fn the_secret_of_an_agreement_with_derivation_does_not_leave() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let public = generate(app, "alice", pair(EccFamily::SecpR1, 256, ECDH_HKDF));
    let raw = |name: &str| PsaRawKeyAgreement {
        alg: RawKeyAgreement::Ecdh,
        private_key_name: name.to_owned(),
        peer_key: public.clone(),
    };
    assert_eq!(app.status(raw("alice")), Status::PsaErrorNotPermitted);
    // Nor as an exportable key.
    let as_key = AgreeKey {
        attributes: exportable(KeyType::RawData, 0),
        ..agree("alice", &public, ECDH, "raw")
    };
    assert_eq!(app.status(as_key), Status::PsaErrorNotPermitted);
    // A caller that may export the secret may also derive from it.
    generate(app, "bob", pair(EccFamily::SecpR1, 256, ECDH));
    assert_eq!(app.status(raw("bob")), Status::Success);
    let derived = agree("bob", &public, ECDH_HKDF, "derived");
    assert_eq!(app.status(derived), Status::Success);
}

#[test]
fn the_agreed_key_is_derived_from_the_raw_secret() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let alg = pair(EccFamily::SecpR1, 256, ECDH);
    let public = generate(app, "alice", alg);
    generate(app, "bob", alg);
    let raw = app.output(PsaRawKeyAgreement {
        alg: RawKeyAgreement::Ecdh,
        private_key_name: "bob".to_owned(),
        peer_key: public.clone(),
    });
    let inputs = DerivationInputs {
        info: b"handshake".to_vec(),
        ..DerivationInputs::default()
    };
    let by_agreement = app.output(AgreeBytes {
        alg: ECDH_HKDF,
        private_key_name: "bob".to_owned(),
        peer_key: public.clone(),
        inputs: inputs.clone(),
        length: 48,
    });
    let by_hand = app.output(parsec_contracts::operations::DeriveBytes {
        alg: HKDF,
        inputs: DerivationInputs {
            secret: Some(DerivationInput::Bytes {
                value: raw.shared_secret.clone(),
            }),
            ..inputs
        },
        length: 48,
    });
    assert_eq!(by_agreement.data, by_hand.data);
    let as_key = AgreeKey {
        attributes: exportable(KeyType::RawData, 0),
        ..agree("bob", &public, ECDH, "raw")
    };
    app.output(as_key);
    assert_eq!(app.export("raw"), raw.shared_secret.expose());
    // It is not uniformly random, so it must not become a cipher key.
    let cipher = agree("bob", &public, ECDH, "cipher");
    assert_eq!(app.status(cipher), Status::PsaErrorNotSupported);
}

#[test]
fn an_invalid_peer_key_is_refused() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let public = generate(app, "alice", pair(EccFamily::SecpR1, 256, ECDH_HKDF));
    let mut off_the_curve = public.clone();
    off_the_curve[64] ^= 1;
    let x25519 = generate(app, "x", pair(EccFamily::Montgomery, 255, ECDH_HKDF));
    let small_order = vec![0; 32];
    for (name, peer) in [
        ("alice", &off_the_curve[..]),
        ("alice", &public[..64]),
        ("alice", &x25519),
        ("x", &small_order),
        ("x", &public),
    ] {
        let refused = app.status(agree(name, peer, ECDH_HKDF, "never"));
        assert_eq!(refused, Status::PsaErrorInvalidArgument, "{name}");
    }
}

#[test]
fn other_inputs_by_key_must_permit_the_same_function() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let public = generate(app, "alice", pair(EccFamily::SecpR1, 256, ECDH_HKDF));
    let stretch = KeyDerivation::Pbkdf2Hmac {
        hash_alg: Hash::Sha256,
    };
    // With HKDF, a password meant for PBKDF2 could be guessed without cost.
    for (name, alg) in [("password", stretch), ("shared", HKDF)] {
        let attributes = attributes(
            KeyType::Derive,
            128,
            Algorithm::KeyDerivation(alg),
            |usage| {
                usage.derive = true;
            },
        );
        let key_name = name.to_owned();
        app.output(PsaGenerateKey {
            key_name,
            attributes,
        });
    }
    for (name, status) in [
        ("password", Status::PsaErrorNotPermitted),
        ("shared", Status::Success),
    ] {
        let by_key = || {
            Some(DerivationInput::Key {
                key_name: name.to_owned(),
            })
        };
        for (role, inputs) in [
            (
                "salt",
                DerivationInputs {
                    salt: by_key(),
                    ..DerivationInputs::default()
                },
            ),
            (
                "other",
                DerivationInputs {
                    other_secret: by_key(),
                    ..DerivationInputs::default()
                },
            ),
        ] {
            let bytes = AgreeBytes {
                alg: ECDH_HKDF,
                private_key_name: "alice".to_owned(),
                peer_key: public.clone(),
                inputs: inputs.clone(),
                length: 32,
            };
            let key = AgreeKey {
                inputs,
                ..agree("alice", &public, ECDH_HKDF, &format!("{name}-{role}"))
            };
            // HKDF has no second secret.
            let expected = match (role, status) {
                ("other", Status::Success) => Status::PsaErrorInvalidArgument,
                _ => status,
            };
            assert_eq!(app.status(bytes), expected, "{name} as {role}");
            assert_eq!(app.status(key), expected, "{name} as {role}");
        }
    }
}
