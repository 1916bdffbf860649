//! Import and export of keys.

use parsec_client::blocking::Client;
use parsec_client::{KeyMaterial, PrivateKey};
use serde_json::json;

use super::kinds;
use crate::args::{BytesFormat, ImportArguments, KeyForm, KeyFormat};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};
use crate::session::Session;

/// Prints the public key of a key.
pub(super) fn public(
    client: &Client,
    name: &str,
    form: &KeyForm,
    json: bool,
) -> Result<(), Failure> {
    let key = client.open(name)?;
    let Some(public) = key.public_key() else {
        return Err(no_public_key(name));
    };
    let (to, everyone) = (&form.to, Readers::Everyone);
    if json {
        let value = json!({ "name": name, "pem": public.to_pem() });
        return output::json_to(&value, to, everyone);
    }
    match form.format {
        KeyFormat::Pem => output::text(&public.to_pem(), to, everyone),
        KeyFormat::Jwk => output::text(&(public.to_jwk()? + "\n"), to, everyone),
        KeyFormat::Der => output::binary(&public.to_der(), to, everyone),
        KeyFormat::Raw => output::binary(public.raw(), to, everyone),
        KeyFormat::Base64 => output::encoded(&public.to_der(), BytesFormat::Base64, to, everyone),
        KeyFormat::Hex => output::encoded(&public.to_der(), BytesFormat::Hex, to, everyone),
    }
}

/// Returns the failure for a key without a public key.
pub(super) fn no_public_key(name: &str) -> Failure {
    Failure::Usage(format!(
        "{} has no public key: it is not asymmetric, or of a kind that this program does not support",
        output::printable(name)
    ))
}

/// Prints the private key of an exportable key.
pub(super) fn private(
    client: &Client,
    name: &str,
    form: &KeyForm,
    json: bool,
) -> Result<(), Failure> {
    let key = client.open(name)?;
    let attributes = *key.attributes();
    let exported = key.export_private()?;
    let (to, owner) = (&form.to, Readers::Owner);
    if json {
        let value = match form.format {
            KeyFormat::Raw => json!({ "name": name, "hex": hex::encode(&exported) }),
            _ => {
                let key = PrivateKey::from_raw(attributes.key_type, attributes.key_bits, exported)?;
                json!({ "name": name, "pem": *key.to_pem()? })
            }
        };
        output::json_to(&value, to, owner)?;
    } else if form.format == KeyFormat::Raw {
        output::binary(&exported, to, owner)?;
    } else {
        let key = PrivateKey::from_raw(attributes.key_type, attributes.key_bits, exported)?;
        match form.format {
            KeyFormat::Pem => output::text(&key.to_pem()?, to, owner)?,
            KeyFormat::Der => output::binary(&key.to_der()?, to, owner)?,
            KeyFormat::Base64 => output::encoded(&key.to_der()?, BytesFormat::Base64, to, owner)?,
            KeyFormat::Hex => output::encoded(&key.to_der()?, BytesFormat::Hex, to, owner)?,
            KeyFormat::Jwk | KeyFormat::Raw => {
                return Err(Failure::Usage(
                    "a private key is not written as JWK; choose --format pem or der".to_owned(),
                ));
            }
        }
    }
    eprintln!(
        "warning: this is a private key; anyone who has it can sign as {}",
        output::printable(name)
    );
    Ok(())
}

/// Imports a key from a file of any format.
pub(super) fn import(session: &Session, import: &ImportArguments) -> Result<(), Failure> {
    let client = &session.client;
    let bytes = input::read(&import.file)?;
    let passphrase = import.passphrase.read(&bytes)?;
    let key = KeyMaterial::parse(&bytes, passphrase.as_ref().map(|text| text.as_str()))?;
    let spec = match &import.kind {
        Some(kind) => kind.clone(),
        None => key.spec()?,
    };
    let spec = import.placement.apply(import.new.apply(spec)?);
    let name = &import.name;
    match &key {
        KeyMaterial::Private(private) => {
            client.import(name, spec, private)?;
        }
        KeyMaterial::Public(public) => {
            client.import_public(name, spec, public)?;
        }
        KeyMaterial::Secret { bytes, .. } => {
            client.import_bytes(name, spec, bytes)?;
        }
        _ => {
            return Err(Failure::Usage(
                "this program does not import keys of this kind".to_owned(),
            ));
        }
    }
    kinds::print_key(session, name)
}
