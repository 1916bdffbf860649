#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The cases of `tests/conformance/cases.json` by the Rust client, on every provider.

use std::collections::BTreeMap;

use parsec_client::blocking::Client;
use parsec_client::types::{EccFamily, KeyType};
use parsec_client::{
    EcdsaSpec, Endpoint, Error, ErrorKind, Hash, PrivateKey, ProviderId, RsaSpec, Secret,
    Signature, aes_256_gcm, ecdh_p256, ecdsa_p256, ecdsa_p384, ecdsa_p521, ed25519, hmac, rsa,
    rsa_oaep,
};
use parsec_harness::{Devices, Service};
use serde_json::Value;

const CASES: &str = include_str!("../../conformance/cases.json");
const PROVIDERS: [ProviderId; 4] = [
    ProviderId::Software,
    ProviderId::Pkcs11,
    ProviderId::Tpm,
    ProviderId::SecondPkcs11,
];

/// A case under way.
struct Run<'a> {
    service: &'a Service,
    provider: ProviderId,
    /// Cases do not see each other's keys.
    number: usize,
    saved: BTreeMap<String, Vec<u8>>,
}

fn ecdsa(spec: &str) -> Option<EcdsaSpec> {
    match spec {
        "ecdsa-p256" => Some(ecdsa_p256()),
        "ecdsa-p384" => Some(ecdsa_p384()),
        "ecdsa-p521" => Some(ecdsa_p521()),
        _ => None,
    }
}

fn rsa_spec(spec: &str) -> Option<RsaSpec> {
    match spec {
        "rsa-2048-pss" => Some(rsa().bits(2048).pss()),
        "rsa-2048-pkcs1" => Some(rsa().bits(2048).pkcs1()),
        _ => None,
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

impl Run<'_> {
    fn client(&self, application: &str) -> Client {
        let endpoint = Endpoint::parse(&self.service.endpoint()).unwrap();
        Client::builder()
            .endpoint(endpoint)
            .application(format!("{application}-{}", self.number))
            .provider(self.provider)
            .connect()
            .unwrap()
    }

    fn bytes(&self, step: &Value, name: &str) -> Vec<u8> {
        match step[name].as_str().unwrap_or_default() {
            text if text.starts_with('$') => self.saved[&text[1..]].clone(),
            text => from_hex(text),
        }
    }

    /// Does a step: what it gives, if anything.
    fn step(&self, step: &Value) -> Result<Vec<u8>, Error> {
        let parsec = self.client(step["as"].as_str().unwrap_or("web"));
        let text = |name: &str| step[name].as_str().unwrap_or_default();
        let bytes = |name: &str| self.bytes(step, name);
        let key = text("key");
        let signature = |key: &parsec_client::blocking::SigningKey| {
            Signature::from_raw(&bytes("signature"), key.public_key())
        };
        let nothing = Ok(Vec::new());
        match text("do") {
            "generate" => {
                generate(&parsec, key, text("spec"))?;
                nothing
            }
            "import" => {
                let curve_family = EccFamily::SecpR1;
                let private = PrivateKey::from_raw(
                    KeyType::EccKeyPair { curve_family },
                    256,
                    Secret::new(bytes("private")),
                )?;
                parsec.import(key, ecdsa(text("spec")).unwrap(), &private)?;
                nothing
            }
            "public" => Ok(parsec.open_signing_key(key)?.public_key().raw().to_vec()),
            "sign" => Ok(parsec
                .open_signing_key(key)?
                .sign(bytes("message"))?
                .to_raw()),
            "verify" => {
                let key = parsec.open_signing_key(key)?;
                key.verify(bytes("message"), &signature(&key)?)?;
                nothing
            }
            "encrypt" => parsec
                .open(key)?
                .into_decryption_key()?
                .encrypt_with_label(bytes("label"), bytes("plaintext")),
            "decrypt" => parsec
                .open(key)?
                .into_decryption_key()?
                .decrypt_with_label(bytes("label"), bytes("ciphertext"))
                .map(|plaintext| plaintext.to_vec()),
            "seal" => parsec
                .open(key)?
                .into_symmetric_key()?
                .encrypt_with_context(bytes("context"), bytes("plaintext")),
            "open" => parsec
                .open(key)?
                .into_symmetric_key()?
                .decrypt_with_context(bytes("context"), bytes("sealed"))
                .map(|plaintext| plaintext.to_vec()),
            "mac" => parsec.open(key)?.into_mac_key()?.compute(bytes("message")),
            "check-mac" => {
                let key = parsec.open(key)?.into_mac_key()?;
                key.verify(bytes("message"), bytes("code"))?;
                nothing
            }
            "agreement-public" => parsec.open(key)?.into_agreement_key()?.export_public(),
            "agree" => {
                let key = parsec.open(key)?.into_agreement_key()?;
                let spec = hmac(Hash::Sha256);
                key.agree_key(bytes("peer"), b"conformance", text("new-key"), spec)?;
                nothing
            }
            "export" => Ok(parsec.open(key)?.export_private()?.to_vec()),
            "delete" => {
                parsec.open(key)?.delete()?;
                nothing
            }
            "random" => {
                let count = step["count"].as_u64().unwrap() as usize;
                let drawn = parsec.random(count)?;
                assert_eq!(drawn.len(), count);
                nothing
            }
            other => panic!("there is no step {other:?}"),
        }
    }
}

fn generate(parsec: &Client, key: &str, spec: &str) -> Result<(), Error> {
    if let Some(spec) = ecdsa(spec) {
        return parsec.generate(key, spec).map(drop);
    }
    if let Some(spec) = rsa_spec(spec) {
        return parsec.generate(key, spec).map(drop);
    }
    match spec {
        "ed25519" => parsec.generate(key, ed25519()).map(drop),
        "rsa-oaep" => parsec.generate(key, rsa_oaep()).map(drop),
        "aes-256-gcm" => parsec.generate(key, aes_256_gcm()).map(drop),
        "hmac-sha-256" => parsec.generate(key, hmac(Hash::Sha256)).map(drop),
        "ecdh-p256" => parsec.generate(key, ecdh_p256()).map(drop),
        other => panic!("there is no spec {other:?}"),
    }
}

fn strings(value: &Value) -> Vec<&str> {
    let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
    values.iter().map(|one| one.as_str().unwrap()).collect()
}

/// Runs a case; whether the provider has what it needs.
fn run(case: &Value, mut run: Run<'_>) -> bool {
    let name = case["name"].as_str().unwrap();
    let provider = run.provider;
    let absent = strings(&case["not-on"]).contains(&provider.family().name());
    for (index, step) in case["steps"].as_array().unwrap().iter().enumerate() {
        let at = format!("{name:?} on {provider}, step {index}: {step}");
        match (run.step(step), step["fails"].as_str()) {
            (Err(error), _) if absent => {
                assert_eq!(error.kind(), ErrorKind::NotSupported, "{at}: {error}");
                return false;
            }
            (Ok(output), None) => {
                if step["is"].is_string() {
                    assert_eq!(output, run.bytes(step, "is"), "{at}");
                }
                if let Some(save) = step["save"].as_str() {
                    run.saved.insert(save.to_owned(), output);
                }
            }
            (Ok(_), Some(kind)) => panic!("{at}: succeeded, and not {kind}"),
            (Err(error), Some(kind)) => assert_eq!(error.kind().name(), kind, "{at}: {error}"),
            (Err(error), None) => panic!("{at}: {error}"),
        }
    }
    assert!(
        !absent,
        "{name:?} holds on {provider}, against what is said of it"
    );
    true
}

#[test]
fn every_case_holds_on_every_provider() {
    let devices = Devices::start();
    let service = devices.service().start();
    let data: Value = serde_json::from_str(CASES).unwrap();
    let mut done = BTreeMap::new();
    for (number, case) in data["cases"].as_array().unwrap().iter().enumerate() {
        for provider in PROVIDERS {
            let held = run(
                case,
                Run {
                    service: &service,
                    provider,
                    number,
                    saved: BTreeMap::new(),
                },
            );
            let (held_on, absent_on) = done.entry(provider).or_insert((0, 0));
            *if held { held_on } else { absent_on } += 1;
        }
    }
    for (provider, (held, absent)) in done {
        println!("{provider}: {held} cases hold, {absent} need what its device has not got");
    }
}

#[test]
fn each_provider_verifies_what_the_others_sign() {
    let devices = Devices::start();
    let service = devices.service().start();
    let data: Value = serde_json::from_str(CASES).unwrap();
    for spec in strings(&data["crosses"]) {
        for signer in PROVIDERS {
            let on = |provider| Run {
                service: &service,
                provider,
                number: 0,
                saved: BTreeMap::new(),
            };
            let parsec = on(signer).client("web");
            generate(&parsec, spec, spec).unwrap();
            let key = parsec.open_signing_key(spec).unwrap();
            let signature = key.sign(b"letter").unwrap();
            for verifier in PROVIDERS {
                let at = format!("{spec}: {signer} signs, {verifier} verifies");
                let parsec = on(verifier).client("web");
                let name = format!("{spec}-of-{signer}");
                let imported = match ecdsa(spec) {
                    Some(spec) => parsec.import_public(&name, spec, key.public_key()),
                    None => parsec.import_public(&name, rsa_spec(spec).unwrap(), key.public_key()),
                };
                let imported = imported.unwrap_or_else(|error| panic!("{at}: {error}"));
                imported
                    .verify(b"letter", &signature)
                    .unwrap_or_else(|error| panic!("{at}: {error}"));
                let error = imported.verify(b"lettre", &signature).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{at}");
            }
        }
    }
}
