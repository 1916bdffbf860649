//! `parsec key …`: making, listing, showing and deleting keys.

use parsec_client::blocking::Client;
use parsec_client::operations::{PsaCopyKey, RenameKey};
use parsec_client::{
    Algorithm, AsymmetricSignature, EcdsaSpec, EddsaSpec, ErrorKind, KeyAttributes, KeyInfo,
    KeySpec, ProviderId, RsaSpec, Secret, describe, ecdsa_brainpool_p256, ecdsa_p256, ecdsa_p384,
    ecdsa_p521, ecdsa_secp256k1, ed25519, rsa, types,
};
use serde_json::{Value, json};

use super::{kinds, material};
use crate::args::{CreateArguments, KeyCommand, NewKey, NewKeyType, Padding};
use crate::failure::Failure;
use crate::input;
use crate::output;

pub(super) fn run(
    client: &Client,
    only: Option<ProviderId>,
    command: &KeyCommand,
    json: bool,
) -> Result<(), Failure> {
    match command {
        KeyCommand::Create(create) => self::create(client, only, create),
        KeyCommand::List => list(client, json),
        KeyCommand::Show { name, public } => show(client, name, *public, json),
        KeyCommand::Export(export) if export.private => {
            material::private(client, &export.name, &export.form, json)
        }
        KeyCommand::Export(export) => material::public(client, &export.name, &export.form, json),
        KeyCommand::Import(import) => material::import(client, import),
        KeyCommand::ImportBytes(import) => {
            let attributes = kinds::attributes(import.key_type, &import.new)?;
            let data = Secret::from(input::read(&import.file)?);
            kinds::import(client, only, &import.name, attributes, data)?;
            kinds::tell(client, &import.name)
        }
        KeyCommand::Copy { name, new_name } => copy(client, name, new_name),
        KeyCommand::Rename { name, new_name } => rename(client, name, new_name),
        KeyCommand::Delete { name } => {
            client.open(name)?.delete()?;
            eprintln!("deleted {}", output::printable(name));
            Ok(())
        }
    }
}

fn create(
    client: &Client,
    only: Option<ProviderId>,
    create: &CreateArguments,
) -> Result<(), Failure> {
    let ecdsa = |spec| make(client, create, ecdsa_spec(spec, &create.new));
    let rsa = |spec| make(client, create, rsa_spec(spec, &create.new));
    match create.key_type {
        NewKeyType::EcdsaP256 => ecdsa(ecdsa_p256()),
        NewKeyType::EcdsaP384 => ecdsa(ecdsa_p384()),
        NewKeyType::EcdsaP521 => ecdsa(ecdsa_p521()),
        NewKeyType::EcdsaSecp256k1 => ecdsa(ecdsa_secp256k1()),
        NewKeyType::EcdsaBrainpoolP256 => ecdsa(ecdsa_brainpool_p256()),
        NewKeyType::Ed25519 => make(client, create, ed25519_spec(&create.new)),
        NewKeyType::Rsa => rsa(self::rsa()),
        NewKeyType::Rsa2048 => rsa(self::rsa().bits(2048)),
        NewKeyType::Rsa3072 => rsa(self::rsa().bits(3072)),
        NewKeyType::Rsa4096 => rsa(self::rsa().bits(4096)),
        other => {
            let attributes = kinds::attributes(other, &create.new)?;
            if create.if_missing && is_there(client, &create.name, &attributes)? {
                return kinds::tell(client, &create.name);
            }
            kinds::generate(client, only, &create.name, attributes)?;
            kinds::tell(client, &create.name)
        }
    }
}

/// Whether there is such a key; one of the same name that is another is an error.
fn is_there(client: &Client, name: &str, wanted: &KeyAttributes) -> Result<bool, Failure> {
    match client.open(name) {
        Ok(key) if key.attributes() == wanted => Ok(true),
        Ok(key) => Err(Failure::Usage(format!(
            "there is a key of the name {}, but it is {} for {}; choose another name, or delete it",
            output::printable(name),
            describe(key.attributes()),
            algorithm(key.attributes()),
        ))),
        Err(error) if error.kind() == ErrorKind::KeyNotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn copy(client: &Client, name: &str, new_name: &str) -> Result<(), Failure> {
    let key = client.open(name)?;
    let input = PsaCopyKey {
        source_key_name: name.to_owned(),
        key_name: new_name.to_owned(),
        attributes: *key.attributes(),
        lifetime: None,
    };
    client.raw().psa_copy_key(key.provider(), input)?;
    kinds::tell(client, new_name)
}

fn rename(client: &Client, name: &str, new_name: &str) -> Result<(), Failure> {
    let key = client.open(name)?;
    let input = RenameKey {
        key_name: name.to_owned(),
        new_key_name: new_name.to_owned(),
    };
    client.raw().rename_key(key.provider(), input)?;
    kinds::tell(client, new_name)
}

fn make<S: KeySpec>(client: &Client, create: &CreateArguments, spec: S) -> Result<(), Failure> {
    if create.if_missing {
        client.get_or_generate(&create.name, spec)?;
    } else {
        client.generate(&create.name, spec)?;
    }
    kinds::tell(client, &create.name)
}

/// Ed25519 hashes as it does.
fn ed25519_spec(new: &NewKey) -> EddsaSpec {
    if new.exportable {
        ed25519().exportable()
    } else {
        ed25519()
    }
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

/// The mode as it is called with AES, with which it is mostly used.
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
