//! Test vectors of the functions, and the checks of their inputs.

use parsec_contracts::types::{DerivationInput, Hash};

use super::*;
use crate::InMemory;

fn bytes_of(hex_text: &str) -> Option<DerivationInput> {
    Some(DerivationInput::Bytes {
        value: hex::decode(hex_text).unwrap().into(),
    })
}

fn text(text: &str) -> Option<DerivationInput> {
    bytes_of(&hex::encode(text))
}

fn derived(alg: &KeyDerivation, inputs: &DerivationInputs, length: u32) -> String {
    let secret = bytes(&InMemory, alg, inputs, &Keys::default(), length).unwrap();
    hex::encode(secret.expose())
}

fn refusal(alg: &KeyDerivation, inputs: &DerivationInputs, length: u32) -> String {
    let error = bytes(&InMemory, alg, inputs, &Keys::default(), length).unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorInvalidArgument);
    error.message().to_owned()
}

/// RFC 5869, A.1, in one part and in two.
#[test]
fn hkdf() {
    let hash_alg = Hash::Sha256;
    let prk = "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5";
    let okm =
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
    let whole = DerivationInputs {
        secret: bytes_of("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
        salt: bytes_of("000102030405060708090a0b0c"),
        info: hex::decode("f0f1f2f3f4f5f6f7f8f9").unwrap(),
        ..DerivationInputs::default()
    };
    assert_eq!(derived(&KeyDerivation::Hkdf { hash_alg }, &whole, 42), okm);
    let extract = DerivationInputs {
        info: Vec::new(),
        ..whole.clone()
    };
    let alg = KeyDerivation::HkdfExtract { hash_alg };
    assert_eq!(derived(&alg, &extract, 32), prk);
    assert!(refusal(&alg, &extract, 33).contains("at most 32"));
    let expand = DerivationInputs {
        secret: bytes_of(prk),
        salt: None,
        ..whole
    };
    let alg = KeyDerivation::HkdfExpand { hash_alg };
    assert_eq!(derived(&alg, &expand, 42), okm);
    assert!(refusal(&alg, &expand, 255 * 32 + 1).contains("at most 8160"));
}

/// RFC 5869, A.3: neither salt nor info.
#[test]
fn hkdf_without_salt() {
    let inputs = DerivationInputs {
        secret: bytes_of("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
        ..DerivationInputs::default()
    };
    let alg = KeyDerivation::Hkdf {
        hash_alg: Hash::Sha256,
    };
    assert_eq!(
        derived(&alg, &inputs, 42),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
}

/// The vectors for P_SHA256 from the mailing list of the TLS working group (2009).
#[test]
fn prf_of_tls12() {
    let inputs = DerivationInputs {
        secret: bytes_of("9bbe436ba940f017b17652849a71db35"),
        label: b"test label".to_vec(),
        seed: hex::decode("a0ba9f936cda311827a6f796ffd5198c").unwrap(),
        ..DerivationInputs::default()
    };
    let alg = KeyDerivation::Tls12Prf {
        hash_alg: Hash::Sha256,
    };
    assert_eq!(
        derived(&alg, &inputs, 100),
        "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e\
         14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5\
         a72e5a5110fff70187347b66"
    );
}

/// RFC 4279, 2: computes the premaster secret, and applies the PRF.
#[test]
fn master_secret_from_a_shared_key() {
    let hash_alg = Hash::Sha256;
    let psk = |other_secret| DerivationInputs {
        secret: bytes_of("0102030405"),
        other_secret,
        label: b"master secret".to_vec(),
        seed: vec![7; 64],
        ..DerivationInputs::default()
    };
    let prf = |premaster: &str| {
        let inputs = DerivationInputs {
            secret: bytes_of(premaster),
            label: b"master secret".to_vec(),
            seed: vec![7; 64],
            ..DerivationInputs::default()
        };
        derived(&KeyDerivation::Tls12Prf { hash_alg }, &inputs, 48)
    };
    let alg = KeyDerivation::Tls12PskToMs { hash_alg };
    assert_eq!(
        derived(&alg, &psk(None), 48),
        prf("0005000000000000050102030405")
    );
    assert_eq!(
        derived(&alg, &psk(bytes_of("aabb")), 48),
        prf("0002aabb00050102030405")
    );
}

/// RFC 6070 (SHA-1) and RFC 7914, 11 (SHA-256).
#[test]
fn pbkdf2_with_hmac() {
    let password = |secret, salt, cost| DerivationInputs {
        secret: text(secret),
        salt: text(salt),
        cost,
        ..DerivationInputs::default()
    };
    let with = |hash_alg| KeyDerivation::Pbkdf2Hmac { hash_alg };
    assert_eq!(
        derived(&with(Hash::Sha1), &password("password", "salt", 4096), 20),
        "4b007901b765489abead49d926f721d065a429c1"
    );
    assert_eq!(
        derived(
            &with(Hash::Sha256),
            &password("Password", "NaCl", 80000),
            64
        ),
        "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56\
         a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"
    );
    let costly = password("a", "b", 10_000_001);
    assert!(refusal(&with(Hash::Sha256), &costly, 64).contains("too many"));
    assert!(refusal(&with(Hash::Sha256), &password("a", "b", 0), 32).contains("cost"));
    let unsalted = DerivationInputs {
        salt: None,
        ..password("a", "b", 1)
    };
    assert!(refusal(&with(Hash::Sha256), &unsalted, 32).contains("salt"));
}

/// RFC 3962, appendix B, has no vectors; these were computed by iterating OpenSSL's CMAC.
#[test]
fn pbkdf2_with_cmac_is_cmac_iterated() {
    use aes::Aes128;
    use cmac::{Cmac, KeyInit as _, Mac as _};
    let mac = |key: &[u8], data: &[u8]| -> Vec<u8> {
        let mac = Cmac::<Aes128>::new_from_slice(key).unwrap();
        mac.chain_update(data).finalize().into_bytes().to_vec()
    };
    for password in ["sixteen bytes ..", "another length"] {
        let key = match password.len() {
            16 => password.as_bytes().to_vec(),
            _ => mac(&[0; 16], password.as_bytes()),
        };
        let mut u = mac(&key, b"salt\0\0\0\x01");
        let mut t = u.clone();
        for _ in 1..3 {
            u = mac(&key, &u);
            t.iter_mut().zip(&u).for_each(|(t, u)| *t ^= u);
        }
        let inputs = DerivationInputs {
            secret: text(password),
            salt: text("salt"),
            cost: 3,
            ..DerivationInputs::default()
        };
        let alg = KeyDerivation::Pbkdf2AesCmacPrf128;
        assert_eq!(derived(&alg, &inputs, 16), hex::encode(t));
    }
}

#[test]
fn unused_inputs_are_rejected() {
    let alg = KeyDerivation::Hkdf {
        hash_alg: Hash::Sha256,
    };
    let inputs = |with: fn(&mut DerivationInputs)| {
        let mut inputs = DerivationInputs {
            secret: text("secret"),
            ..DerivationInputs::default()
        };
        with(&mut inputs);
        inputs
    };
    assert!(refusal(&alg, &inputs(|i| i.secret = None), 8).contains("inputs.secret"));
    assert!(refusal(&alg, &inputs(|i| i.cost = 1), 8).contains("inputs.cost"));
    assert!(refusal(&alg, &inputs(|i| i.seed = vec![1]), 8).contains("inputs.seed"));
    assert!(refusal(&alg, &inputs(|i| i.label = vec![1]), 8).contains("inputs.label"));
    let other = inputs(|i| i.other_secret = text("x"));
    assert!(refusal(&alg, &other, 8).contains("inputs.other_secret"));
}
