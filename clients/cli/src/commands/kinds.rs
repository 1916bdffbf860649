//! The kinds of keys that `--type` names, as attributes.

use clap::ValueEnum as _;
use parsec_client::blocking::Client;
use parsec_client::operations::{CanDoCrypto, PsaGenerateKey, PsaImportKey};
use parsec_client::types::CheckType;
use parsec_client::{AnySpec, KeyAttributes, KeySpec as _, Opcode, ProviderId, Secret, describe};

use crate::args::{NewKey, NewKeyType, Padding};
use crate::failure::Failure;
use crate::output;

/// What a new key of that type shall be.
pub(super) fn attributes(key_type: NewKeyType, new: &NewKey) -> Result<KeyAttributes, Failure> {
    let shown = key_type.to_possible_value();
    let name = match key_type {
        NewKeyType::AesKw => "aes-key-wrap",
        // The options say one size; `rsa` in a program may fall back to the next.
        NewKeyType::Rsa => "rsa-3072",
        NewKeyType::RsaOaep => "rsa-oaep-3072",
        _ => shown.as_ref().map_or("", |value| value.get_name()),
    };
    let mut spec = AnySpec::named(name)?;
    if let Some(hash) = new.hash {
        spec = spec.hash(hash)?;
    }
    if new.padding == Padding::Pkcs1 {
        spec = spec.pkcs1()?;
    }
    if new.exportable {
        spec = spec.exportable();
    }
    if new.copyable {
        spec = spec.copyable();
    }
    let first = spec.choices().into_iter().next();
    first.ok_or_else(|| Failure::Usage(format!("--type {name}: there is no such key")))
}

/// The same, of whatever size it turns out to be.
pub(super) fn any_size(attributes: KeyAttributes) -> KeyAttributes {
    KeyAttributes {
        key_bits: 0,
        ..attributes
    }
}

/// Makes a key with the first provider that can.
pub(super) fn generate(
    client: &Client,
    only: Option<ProviderId>,
    name: &str,
    attributes: KeyAttributes,
) -> Result<(), Failure> {
    let provider = able(client, only, CheckType::Generate, attributes)?;
    let input = PsaGenerateKey {
        key_name: name.to_owned(),
        attributes,
    };
    client.raw().psa_generate_key(provider, input)?;
    Ok(())
}

/// Takes in a key with the first provider that can.
pub(super) fn import(
    client: &Client,
    only: Option<ProviderId>,
    name: &str,
    attributes: KeyAttributes,
    data: Secret,
) -> Result<(), Failure> {
    let attributes = any_size(attributes);
    let provider = able(client, only, CheckType::Import, attributes)?;
    let input = PsaImportKey {
        key_name: name.to_owned(),
        attributes,
        data,
    };
    client.raw().psa_import_key(provider, input)?;
    Ok(())
}

fn able(
    client: &Client,
    only: Option<ProviderId>,
    check_type: CheckType,
    attributes: KeyAttributes,
) -> Result<ProviderId, Failure> {
    let raw = client.raw();
    let providers: Vec<ProviderId> = match only {
        Some(provider) => vec![provider],
        None => client
            .providers()?
            .iter()
            .filter_map(|info| ProviderId::from_number(u8::try_from(info.id).ok()?))
            .filter(|provider| *provider != ProviderId::Core)
            .collect(),
    };
    for provider in providers {
        let can_be_asked = client.opcodes(provider)?.contains(&Opcode::CanDoCrypto);
        let check = CanDoCrypto {
            check_type,
            attributes,
        };
        if only.is_some() || !can_be_asked || raw.can_do_crypto(provider, check).is_ok() {
            return Ok(provider);
        }
    }
    Err(Failure::Usage(format!(
        "no provider has keys of this kind ({}); `parsec providers` lists those there are",
        describe(&attributes)
    )))
}

/// Says what has come into being.
pub(super) fn tell(client: &Client, name: &str) -> Result<(), Failure> {
    let key = client.open(name)?;
    eprintln!(
        "{}: {} in {}",
        output::printable(key.name()),
        describe(key.attributes()),
        key.provider()
    );
    Ok(())
}
