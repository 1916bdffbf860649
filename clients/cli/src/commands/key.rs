//! `parsec key`: creation and listing of keys.

use parsec_client::blocking::Client;
use parsec_client::{
    Algorithm, AsymmetricSignature, ErrorKind, KeyAttributes, KeyInfo, MissingKey, ProviderId,
    describe, types,
};
use serde_json::{Value, json};

use super::{kinds, material};
use crate::args::{CreateArguments, KeyCommand};
use crate::failure::Failure;
use crate::output;
use crate::session::Session;

pub(super) fn run(session: &Session, command: &KeyCommand) -> Result<(), Failure> {
    let (client, json) = (&session.client, session.json);
    match command {
        KeyCommand::Create(create) => self::create(client, create),
        KeyCommand::List => list(client, json),
        KeyCommand::Show { name, public } => show(client, name, *public, json),
        KeyCommand::Export(export) if export.private => {
            material::private(client, &export.name, &export.form, json)
        }
        KeyCommand::Export(export) => material::public(client, &export.name, &export.form, json),
        KeyCommand::Import(import) => material::import(client, import),
        KeyCommand::Method(method) => method.run(session),
    }
}

fn create(client: &Client, create: &CreateArguments) -> Result<(), Failure> {
    let spec = create.new.apply(create.kind.clone())?;
    let spec = create.placement.apply(spec);
    match create.if_missing {
        true => client.get_or_generate(&create.name, spec)?,
        false => client.generate(&create.name, spec)?,
    };
    kinds::print_key(client, &create.name)
}

fn list(client: &Client, json: bool) -> Result<(), Failure> {
    let keys = client.keys()?;
    let missing = missing(client)?;
    if json {
        let all = keys.iter().map(|key| info_json(key, &missing));
        return output::json(&all.collect());
    }
    let rows = keys.iter().map(|key| {
        let mut row = vec![
            key.name.clone(),
            describe(&key.attributes),
            algorithm(&key.attributes),
            provider(key),
        ];
        if !missing.is_empty() {
            let state = if is_missing(key, &missing) {
                "missing"
            } else {
                ""
            };
            row.push(state.to_owned());
        }
        row
    });
    output::table(&rows.collect::<Vec<_>>())
}

/// Returns the keys that are missing from their device; none if the service does not record them.
fn missing(client: &Client) -> Result<Vec<MissingKey>, Failure> {
    match client.missing_keys() {
        Err(error) if matches!(error.kind(), ErrorKind::Protocol | ErrorKind::NotSupported) => {
            Ok(Vec::new())
        }
        missing => Ok(missing?),
    }
}

fn is_missing(key: &KeyInfo, missing: &[MissingKey]) -> bool {
    let is_it = |one: &MissingKey| one.provider_id == key.provider_id && one.key_name == key.name;
    missing.iter().any(is_it)
}

fn show(client: &Client, name: &str, public: bool, json: bool) -> Result<(), Failure> {
    let key = client.open(name)?;
    let info = KeyInfo {
        provider_id: key.provider().number().into(),
        name: key.name().to_owned(),
        attributes: *key.attributes(),
    };
    let pem = match key.public_key() {
        Some(key) if public => Some(key.to_pem()),
        None if public => return Err(material::no_public_key(name)),
        _ => None,
    };
    let missing = missing(client)?;
    if json {
        let mut value = info_json(&info, &missing);
        if let Some(pem) = pem {
            value["public_key"] = pem.into();
        }
        return output::json(&value);
    }
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let mut rows = vec![
        row("name", info.name.clone()),
        row("provider", provider(&info)),
        row("type", describe(&info.attributes)),
        row("algorithm", algorithm(&info.attributes)),
        row("usage", usage(&info.attributes).join(", ")),
    ];
    if is_missing(&info, &missing) {
        rows.push(row("state", "missing from its device".to_owned()));
    }
    output::table(&rows)?;
    pem.map_or(Ok(()), |pem| output::script(pem.as_bytes()))
}

fn info_json(key: &KeyInfo, missing: &[MissingKey]) -> Value {
    json!({
        "name": key.name,
        "provider": provider(key),
        "type": describe(&key.attributes),
        "bits": key.attributes.key_bits,
        "algorithm": algorithm(&key.attributes),
        "usage": usage(&key.attributes),
        "missing": is_missing(key, missing),
    })
}

fn provider(key: &KeyInfo) -> String {
    u8::try_from(key.provider_id)
        .ok()
        .and_then(ProviderId::from_number)
        .map_or_else(
            || key.provider_id.to_string(),
            |known| known.name().to_owned(),
        )
}

/// Returns the policy's algorithm in its usual spelling.
fn algorithm(attributes: &KeyAttributes) -> String {
    let with = |name: &str, hash: types::SignHash| match hash {
        types::SignHash::Specific(hash) => format!("{name} {}", hash.name()),
        _ => format!("{name} any hash"),
    };
    match attributes.key_policy.key_algorithm {
        Algorithm::None => "none".to_owned(),
        Algorithm::AsymmetricSignature(signature) => match signature {
            AsymmetricSignature::Ecdsa { hash_alg } => with("ECDSA", hash_alg),
            AsymmetricSignature::DeterministicEcdsa { hash_alg } => {
                with("deterministic ECDSA", hash_alg)
            }
            AsymmetricSignature::PureEddsa => "EdDSA".to_owned(),
            AsymmetricSignature::RsaPss { hash_alg } => with("RSA-PSS", hash_alg),
            AsymmetricSignature::RsaPkcs1v15Sign { hash_alg } => with("RSA PKCS #1 v1.5", hash_alg),
            other => format!("{other:?}"),
        },
        Algorithm::Aead(aead) => match aead {
            types::Aead::AeadWithShortenedTag {
                aead_alg,
                tag_length,
            } => format!("{} with a tag of {tag_length} bytes", sealing(aead_alg)),
            types::Aead::AeadWithDefaultLengthTag(aead_alg) => sealing(aead_alg).to_owned(),
            other => format!("{other:?}"),
        },
        Algorithm::Cipher(cipher) => cipher.name().to_uppercase(),
        Algorithm::Mac(types::Mac::FullLength(code)) => match code {
            types::FullLengthMac::Hmac { hash_alg } => format!("HMAC {}", hash_alg.name()),
            types::FullLengthMac::Cmac => "CMAC".to_owned(),
            other => format!("{other:?}"),
        },
        Algorithm::AsymmetricEncryption(types::AsymmetricEncryption::RsaOaep { hash_alg }) => {
            format!("RSA-OAEP {}", hash_alg.name())
        }
        Algorithm::KeyDerivation(types::KeyDerivation::Hkdf { hash_alg }) => {
            format!("HKDF {}", hash_alg.name())
        }
        Algorithm::KeyAgreement(types::KeyAgreement::Raw(alg)) => alg.name().to_uppercase(),
        Algorithm::KeyWrap(alg) => alg.name().to_uppercase(),
        other => format!("{other:?}"),
    }
}

/// Returns the mode's name with AES, the usual cipher.
fn sealing(alg: types::AeadWithDefaultLengthTag) -> &'static str {
    match alg {
        types::AeadWithDefaultLengthTag::Gcm => "AES-GCM",
        types::AeadWithDefaultLengthTag::Ccm => "AES-CCM",
        other => other.name(),
    }
}

fn usage(attributes: &KeyAttributes) -> Vec<&'static str> {
    attributes.key_policy.key_usage_flags.names().collect()
}
