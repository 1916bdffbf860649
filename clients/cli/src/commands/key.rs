//! `parsec key …`: making, listing, showing and deleting keys.

use parsec_client::blocking::Client;
use parsec_client::{
    Algorithm, AsymmetricSignature, EcdsaSpec, KeyAttributes, KeyInfo, KeySpec, ProviderId,
    RsaSpec, describe, ecdsa_brainpool_p256, ecdsa_p256, ecdsa_p384, ecdsa_p521, ecdsa_secp256k1,
    rsa, types,
};
use serde_json::{Value, json};

use super::material;
use crate::args::{CreateArguments, KeyCommand, NewKey, NewKeyType, Padding};
use crate::failure::Failure;
use crate::output;

pub(super) fn run(client: &Client, command: &KeyCommand, json: bool) -> Result<(), Failure> {
    match command {
        KeyCommand::Create(create) => self::create(client, create),
        KeyCommand::List => list(client, json),
        KeyCommand::Show { name, public } => show(client, name, *public, json),
        KeyCommand::Export(export) if export.private => {
            material::private(client, &export.name, &export.form, json)
        }
        KeyCommand::Export(export) => material::public(client, &export.name, &export.form, json),
        KeyCommand::Import(import) => material::import(client, import),
        KeyCommand::Delete { name } => {
            client.open(name)?.delete()?;
            eprintln!("deleted {}", output::printable(name));
            Ok(())
        }
    }
}

fn create(client: &Client, create: &CreateArguments) -> Result<(), Failure> {
    let spec = match create.key_type {
        NewKeyType::EcdsaP256 => ecdsa_p256(),
        NewKeyType::EcdsaP384 => ecdsa_p384(),
        NewKeyType::EcdsaP521 => ecdsa_p521(),
        NewKeyType::EcdsaSecp256k1 => ecdsa_secp256k1(),
        NewKeyType::EcdsaBrainpoolP256 => ecdsa_brainpool_p256(),
        NewKeyType::Rsa => return make(client, create, rsa_spec(rsa(), &create.new)),
        NewKeyType::Rsa2048 => {
            return make(client, create, rsa_spec(rsa().bits(2048), &create.new));
        }
        NewKeyType::Rsa3072 => {
            return make(client, create, rsa_spec(rsa().bits(3072), &create.new));
        }
        NewKeyType::Rsa4096 => {
            return make(client, create, rsa_spec(rsa().bits(4096), &create.new));
        }
    };
    make(client, create, ecdsa_spec(spec, &create.new))
}

fn make<S: KeySpec>(client: &Client, create: &CreateArguments, spec: S) -> Result<(), Failure> {
    if create.if_missing {
        client.get_or_generate(&create.name, spec)?;
    } else {
        client.generate(&create.name, spec)?;
    }
    let key = client.open(&create.name)?;
    eprintln!(
        "{}: {} in {}",
        output::printable(key.name()),
        describe(key.attributes()),
        key.provider()
    );
    Ok(())
}

/// What the options say of an ECDSA key.
pub(super) fn ecdsa_spec(spec: EcdsaSpec, new: &NewKey) -> EcdsaSpec {
    let spec = if new.exportable {
        spec.exportable()
    } else {
        spec
    };
    match new.hash {
        Some(hash) => spec.hash(hash),
        None => spec,
    }
}

/// What the options say of an RSA key.
pub(super) fn rsa_spec(spec: RsaSpec, new: &NewKey) -> RsaSpec {
    let spec = if new.exportable {
        spec.exportable()
    } else {
        spec
    };
    let spec = match new.padding {
        Padding::Pss => spec.pss(),
        Padding::Pkcs1 => spec.pkcs1(),
    };
    match new.hash {
        Some(hash) => spec.hash(hash),
        None => spec,
    }
}

fn list(client: &Client, json: bool) -> Result<(), Failure> {
    let keys = client.keys()?;
    if json {
        return output::json(&keys.iter().map(info_json).collect());
    }
    let rows = keys.iter().map(|key| {
        vec![
            key.name.clone(),
            describe(&key.attributes),
            algorithm(&key.attributes),
            provider(key),
        ]
    });
    output::table(&rows.collect::<Vec<_>>())
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
    if json {
        let mut value = info_json(&info);
        if let Some(pem) = pem {
            value["public_key"] = pem.into();
        }
        return output::json(&value);
    }
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    output::table(&[
        row("name", info.name.clone()),
        row("provider", provider(&info)),
        row("type", describe(&info.attributes)),
        row("algorithm", algorithm(&info.attributes)),
        row("usage", usage(&info.attributes).join(", ")),
    ])?;
    pem.map_or(Ok(()), |pem| output::script(pem.as_bytes()))
}

fn info_json(key: &KeyInfo) -> Value {
    json!({
        "name": key.name,
        "provider": provider(key),
        "type": describe(&key.attributes),
        "bits": key.attributes.key_bits,
        "algorithm": algorithm(&key.attributes),
        "usage": usage(&key.attributes),
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

/// The policy's algorithm, as people write it.
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
            AsymmetricSignature::RsaPss { hash_alg } => with("RSA-PSS", hash_alg),
            AsymmetricSignature::RsaPkcs1v15Sign { hash_alg } => with("RSA PKCS #1 v1.5", hash_alg),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    }
}

fn usage(attributes: &KeyAttributes) -> Vec<&'static str> {
    let flags = attributes.key_policy.key_usage_flags;
    [
        ("export", flags.export),
        ("copy", flags.copy),
        ("cache", flags.cache),
        ("encrypt", flags.encrypt),
        ("decrypt", flags.decrypt),
        ("sign-message", flags.sign_message),
        ("verify-message", flags.verify_message),
        ("sign-hash", flags.sign_hash),
        ("verify-hash", flags.verify_hash),
        ("derive", flags.derive),
    ]
    .into_iter()
    .filter_map(|(name, set)| set.then_some(name))
    .collect()
}
