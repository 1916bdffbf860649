//! `parsec mac`, `derive`, `agree`, `wrap` and `unwrap`.

use parsec_client::blocking::{Client, Key, MacKey};
use parsec_client::operations::{
    AgreeBytes, AgreeKey, DeriveBytes, DeriveKey, PsaRawKeyAgreement, UnwrapKey, WrapKey,
};
use parsec_client::types::{
    Algorithm, DerivationInput, DerivationInputs, KeyAgreement, KeyDerivation, KeyWrap,
};
use parsec_client::{Opcode, PublicKey, Secret};
use serde_json::json;

use super::kinds;
use crate::args::{
    AgreeArguments, DerivationArguments, DeriveArguments, MacArguments, UnwrapArguments,
    WrapArguments,
};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};
use crate::streaming::{source, through};

pub(super) fn mac(client: &Client, arguments: &MacArguments, json: bool) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let key = key
        .clone()
        .into_mac_key()
        .map_err(|_| wrong_key(&key, "authenticate"))?;
    if let Some(expected) = &arguments.check {
        let expected = hex::decode(expected.trim())
            .map_err(|error| Failure::Usage(format!("--check is not hex: {error}")))?;
        verify(client, &key, &arguments.file, &expected)?;
        eprintln!("the authentication code is right");
        return Ok(());
    }
    let code = compute(client, &key, &arguments.file)?;
    if json {
        return output::json(&json!({ "hex": hex::encode(&code) }));
    }
    output::bytes(&code, arguments.format, &arguments.to, Readers::Everyone)
}

fn wrong_key(key: &Key, what: &str) -> Failure {
    Failure::Usage(format!(
        "{} does not {what}; its policy is for something else, which `parsec key show` tells",
        output::printable(key.name())
    ))
}

fn compute(client: &Client, key: &MacKey, file: &str) -> Result<Vec<u8>, Failure> {
    let served = client.opcodes(key.provider())?;
    if !served.contains(&Opcode::PsaMacSignSetup) {
        return Ok(key.compute(&*input::read(file)?)?);
    }
    let mut code = Vec::new();
    through(key.compute_stream()?, &mut source(file)?, &mut code)?;
    Ok(code)
}

fn verify(client: &Client, key: &MacKey, file: &str, expected: &[u8]) -> Result<(), Failure> {
    let served = client.opcodes(key.provider())?;
    if !served.contains(&Opcode::PsaMacVerifySetup) {
        return Ok(key.verify(&*input::read(file)?, expected)?);
    }
    let stream = key.verify_stream(expected)?;
    through(stream, &mut source(file)?, &mut std::io::sink())
}

/// What the options say of a derivation.
fn inputs(arguments: &DerivationArguments) -> Result<DerivationInputs, Failure> {
    let salt = arguments.salt.as_deref().map(hex::decode).transpose();
    let salt = salt.map_err(|error| Failure::Usage(format!("--salt is not hex: {error}")))?;
    let bytes = |text: &Option<String>| text.clone().unwrap_or_default().into_bytes();
    Ok(DerivationInputs {
        salt: salt.map(|salt| DerivationInput::Bytes {
            value: Secret::new(salt),
        }),
        info: bytes(&arguments.info),
        label: bytes(&arguments.label),
        seed: bytes(&arguments.seed),
        cost: arguments.cost.unwrap_or_default(),
        ..DerivationInputs::default()
    })
}

pub(super) fn derive(client: &Client, arguments: &DeriveArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let Algorithm::KeyDerivation(alg) = key.attributes().key_policy.key_algorithm else {
        return Err(wrong_key(&key, "derive"));
    };
    let inputs = DerivationInputs {
        secret: Some(DerivationInput::Key {
            key_name: key.name().to_owned(),
        }),
        ..inputs(&arguments.how)?
    };
    let (raw, provider) = (client.raw(), key.provider());
    if let Some(new) = &arguments.how.to_key {
        let attributes = kinds::attributes(arguments.how.key_type, &arguments.how.new)?;
        let input = DeriveKey {
            alg,
            inputs,
            key_name: new.clone(),
            attributes,
            lifetime: None,
        };
        raw.derive_key(provider, input)?;
        return kinds::tell(client, new);
    }
    let input = DeriveBytes {
        alg,
        inputs,
        length: arguments.how.length,
    };
    let data = raw.derive_bytes(provider, input)?.data;
    let how = &arguments.how;
    output::bytes(data.expose(), how.format, &how.to, Readers::Owner)
}

pub(super) fn agree(client: &Client, arguments: &AgreeArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let Algorithm::KeyAgreement(alg) = key.attributes().key_policy.key_algorithm else {
        return Err(wrong_key(&key, "agree on secrets"));
    };
    let peer_key = peer(&arguments.peer)?;
    let private_key_name = key.name().to_owned();
    let (raw, provider) = (client.raw(), key.provider());
    // A raw policy lets a derivation follow, which tells less.
    let alg = match (alg, arguments.raw) {
        (KeyAgreement::Raw(ka_alg), false) => KeyAgreement::WithKeyDerivation {
            ka_alg,
            kdf_alg: KeyDerivation::Hkdf {
                hash_alg: arguments.kdf_hash,
            },
        },
        (alg, _) => alg,
    };
    let how = &arguments.how;
    if let Some(new) = &how.to_key {
        let input = AgreeKey {
            alg,
            private_key_name,
            peer_key,
            inputs: inputs(how)?,
            key_name: new.clone(),
            attributes: kinds::attributes(how.key_type, &how.new)?,
            lifetime: None,
        };
        raw.agree_key(provider, input)?;
        return kinds::tell(client, new);
    }
    let secret = match alg {
        KeyAgreement::Raw(alg) => {
            let input = PsaRawKeyAgreement {
                alg,
                private_key_name,
                peer_key,
            };
            raw.psa_raw_key_agreement(provider, input)?.shared_secret
        }
        _ => {
            let input = AgreeBytes {
                alg,
                private_key_name,
                peer_key,
                inputs: inputs(how)?,
                length: how.length,
            };
            raw.agree_bytes(provider, input)?.data
        }
    };
    output::bytes(secret.expose(), how.format, &how.to, Readers::Owner)
}

/// A public key as PEM, as DER, or as the PSA Crypto API exports it.
fn peer(file: &str) -> Result<Vec<u8>, Failure> {
    let bytes = input::read(file)?;
    let text = std::str::from_utf8(&bytes).ok();
    if let Some(text) = text.filter(|text| text.contains("-----BEGIN")) {
        return Ok(PublicKey::from_pem(text)?.raw().to_vec());
    }
    Ok(match PublicKey::from_der(&bytes) {
        Ok(key) => key.raw().to_vec(),
        Err(_) => bytes.to_vec(),
    })
}

fn wrapping(key: &Key) -> Result<KeyWrap, Failure> {
    match key.attributes().key_policy.key_algorithm {
        Algorithm::KeyWrap(alg) => Ok(alg),
        _ => Err(wrong_key(key, "wrap keys")),
    }
}

pub(super) fn wrap(client: &Client, arguments: &WrapArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.wrapping_key)?;
    let input = WrapKey {
        wrapping_key_name: key.name().to_owned(),
        alg: wrapping(&key)?,
        key_name: arguments.name.clone(),
    };
    let data = client.raw().wrap_key(key.provider(), input)?.data;
    output::bytes(&data, arguments.format, &arguments.to, Readers::Everyone)
}

pub(super) fn unwrap(client: &Client, arguments: &UnwrapArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.wrapping_key)?;
    let given = input::read(&arguments.file)?;
    // What `wrap` prints is text unless it is asked for raw bytes.
    let text = std::str::from_utf8(&given).ok().map(str::trim);
    let data = match text.and_then(|text| hex::decode(text).ok()) {
        Some(data) => data,
        None => given.to_vec(),
    };
    let input = UnwrapKey {
        wrapping_key_name: key.name().to_owned(),
        alg: wrapping(&key)?,
        data,
        key_name: arguments.name.clone(),
        attributes: kinds::any_size(kinds::attributes(arguments.key_type, &arguments.new)?),
        lifetime: None,
    };
    client.raw().unwrap_key(key.provider(), input)?;
    kinds::tell(client, &arguments.name)
}
