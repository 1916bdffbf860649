//! The client's parsers of keys and signatures from files and other machines.

use parsec_client::attestation::Attester;
use parsec_client::types::{Algorithm, AsymmetricSignature, EccFamily, Hash, SignHash};
use parsec_client::{
    AnySpec, AuthType, Authentication, Endpoint, KeySpec as _, KeyType, PrivateKey, PublicKey,
    Secret, Signature, describe,
};
use parsec_harness::root;

use super::seeds;
use crate::choices::Choices;
use crate::target::assert_readable;
use crate::{Outcome, Target, World};

pub(super) const TARGET: Target = Target {
    name: "keys",
    about: "the client's parsers of PEM, DER, signatures, TPM statements and endpoints",
    run,
    seeds,
    words: &[
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "-----END PUBLIC KEY-----",
        "Proc-Type: 4,ENCRYPTED",
        "\r\n",
        "unix:",
        "vsock:",
    ],
    longest: 4096,
    world: World::Nothing,
};

type Reader = fn(&mut Choices<'_>) -> Result<(), String>;

/// Formats that the first byte of an input selects.
const READERS: &[Reader] = &[
    private_pem,
    private_der,
    private_raw,
    public_pem,
    public_der,
    public_raw,
    signature,
    statement,
    names,
];

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let files = root().join("tests/fuzz/keys");
    for file in seeds::files(&files, "pem") {
        let text = seeds::text(&file);
        let is_public = text.contains("PUBLIC KEY-----");
        seeds.push([&[if is_public { 3 } else { 0 }], text.as_bytes()].concat());
        let der = match is_public {
            true => PublicKey::from_pem(&text).ok().map(|key| key.to_der()),
            false => PrivateKey::from_pem(&text)
                .ok()
                .and_then(|key| Some(key.to_der().ok()?.to_vec())),
        };
        seeds.extend(der.map(|der| [&[if is_public { 4 } else { 1 }], &der[..]].concat()));
    }
    seeds.push(b"\x08unix:/run/parsec/parsec.sock".to_vec());
    seeds.push(b"\x08vsock:2:1234".to_vec());
    // A DER signature, and the same as r followed by s.
    seeds.push([&[6, 0, 0x30, 6, 2, 1, 1, 2, 1, 1][..]].concat());
    seeds
}

fn run(data: &[u8]) -> Outcome {
    let mut choices = Choices::new(data);
    let reader = usize::from(choices.byte()) % READERS.len();
    let result = READERS[reader](&mut choices);
    if let Err(message) = &result {
        assert_readable(message);
    }
    match result {
        // The message contains the refused endpoint.
        Ok(()) | Err(_) if reader == READERS.len() - 1 => Outcome::of((reader, result.is_ok())),
        Ok(()) => Outcome::of(reader),
        Err(message) => Outcome::of((reader, Outcome::of_message(message))),
    }
}

fn output(error: parsec_client::Error) -> String {
    assert!(!error.to_string().is_empty());
    error.to_string()
}

fn text<'a>(choices: &mut Choices<'a>) -> std::borrow::Cow<'a, str> {
    String::from_utf8_lossy(choices.rest())
}

fn private_pem(choices: &mut Choices<'_>) -> Result<(), String> {
    let key = PrivateKey::from_pem(&text(choices)).map_err(output)?;
    check_private(&key)
}

fn private_der(choices: &mut Choices<'_>) -> Result<(), String> {
    let key = PrivateKey::from_der(choices.rest()).map_err(output)?;
    check_private(&key)
}

fn private_raw(choices: &mut Choices<'_>) -> Result<(), String> {
    let (key_type, bits) = kind(choices);
    let key = PrivateKey::from_raw(key_type, bits, choices.rest()).map_err(output)?;
    check_private(&key)
}

/// A parsed key can be encoded, and parsing that gives the same key.
fn check_private(key: &PrivateKey) -> Result<(), String> {
    assert!(!key.description().is_empty());
    let der = key.to_der().map_err(output)?;
    assert_eq!(PrivateKey::from_der(&der).as_ref().ok(), Some(key));
    let pem = key.to_pem().map_err(output)?;
    assert_eq!(PrivateKey::from_pem(&pem).as_ref().ok(), Some(key));
    Ok(())
}

fn public_pem(choices: &mut Choices<'_>) -> Result<(), String> {
    let key = PublicKey::from_pem(&text(choices)).map_err(output)?;
    check_public(&key)
}

fn public_der(choices: &mut Choices<'_>) -> Result<(), String> {
    let key = PublicKey::from_der(choices.rest()).map_err(output)?;
    check_public(&key)
}

fn public_raw(choices: &mut Choices<'_>) -> Result<(), String> {
    let (key_type, bits) = kind(choices);
    let key = PublicKey::from_raw(key_type, bits, choices.rest().to_vec()).map_err(output)?;
    check_public(&key)
}

fn check_public(key: &PublicKey) -> Result<(), String> {
    assert!(!key.description().is_empty());
    assert_eq!(PublicKey::from_der(&key.to_der()).as_ref().ok(), Some(key));
    assert_eq!(PublicKey::from_pem(&key.to_pem()).as_ref().ok(), Some(key));
    let again = PublicKey::from_raw(key.key_type(), key.bits(), key.raw().to_vec());
    assert_eq!(again.as_ref().ok(), Some(key));
    if let Ok(jwk) = key.to_jwk() {
        serde_json::from_str::<serde_json::Value>(&jwk).expect("a JWK is JSON");
    }
    Ok(())
}

fn kind(choices: &mut Choices<'_>) -> (KeyType, u32) {
    let family = *choices.of(EccFamily::ALL);
    let key_type = match choices.below(4) {
        0 => KeyType::EccKeyPair {
            curve_family: family,
        },
        1 => KeyType::EccPublicKey {
            curve_family: family,
        },
        2 => KeyType::RsaKeyPair,
        _ => KeyType::RsaPublicKey,
    };
    let bits = [256, 0, 192, 224, 255, 384, 448, 512, 521, 2048, u32::MAX];
    (key_type, *choices.of(&bits))
}

/// Returns a key whose signatures are parsed.
fn known_keys() -> &'static [PublicKey] {
    static KEYS: std::sync::OnceLock<Vec<PublicKey>> = std::sync::OnceLock::new();
    KEYS.get_or_init(|| {
        let files = seeds::files(&root().join("tests/fuzz/keys"), "pem");
        let keys: Vec<_> = files
            .iter()
            .filter_map(|file| PublicKey::from_pem(&seeds::text(file)).ok())
            .collect();
        assert!(!keys.is_empty(), "there are public keys in tests/fuzz/keys");
        keys
    })
}

fn signature(choices: &mut Choices<'_>) -> Result<(), String> {
    let key = choices.of(known_keys());
    let rest = choices.rest();
    let raw = Signature::from_raw(rest, key);
    if let Ok(signature) = &raw {
        assert_eq!(signature.as_raw(), rest);
        let der = signature.to_der();
        let again = Signature::from_der(&der, key).expect("encoded keys can be parsed");
        assert_eq!(again.as_raw(), rest, "r and s changed in a DER round trip");
    }
    let signature = Signature::from_der(rest, key).map_err(output)?;
    let again = Signature::from_raw(signature.as_raw(), key);
    assert_eq!(again.as_ref().ok(), Some(&signature));
    raw.map(drop).map_err(output)
}

/// TPM statements are parsed after their signature is verified, so this only reaches the public
/// area and the checks before it.
fn statement(choices: &mut Choices<'_>) -> Result<(), String> {
    let key = choices.of(known_keys()).clone();
    let hash = *choices.of(Hash::ALL);
    let alg = AsymmetricSignature::Ecdsa {
        hash_alg: SignHash::Specific(hash),
    };
    let attester = Attester::new(key, alg).map_err(|error| error.to_string())?;
    let length = choices.below(128);
    let statement = choices.bytes(length);
    let signature = choices.bytes(64);
    let rest = choices.rest();
    let certified = attester.check_certified_key(&statement, &signature, rest, b"nonce");
    assert!(certified.is_err(), "a forged signature is accepted");
    certified.map(drop).map_err(|error| error.to_string())
}

fn names(choices: &mut Choices<'_>) -> Result<(), String> {
    let text = text(choices);
    if let Ok(spec) = AnySpec::named(&text) {
        for attributes in spec.choices() {
            assert!(!describe(&attributes).is_empty());
            assert_ne!(attributes.key_policy.key_algorithm, Algorithm::None);
        }
    }
    for name in ["direct", "jwt-svid", "unix-peer-credentials", &text] {
        let value = Secret::from(text.as_bytes());
        if let Ok(known) = Authentication::named(name, value) {
            assert_ne!(known.auth_type(), AuthType::None, "{name}");
        }
    }
    Endpoint::parse(&text).map(drop).map_err(output)
}
