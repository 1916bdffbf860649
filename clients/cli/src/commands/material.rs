//! Import and export of keys.

use parsec_client::blocking::Client;
use parsec_client::types::EccFamily;
use parsec_client::{
    AnySpec, EcdsaSpec, KeySpec as _, KeyType, PrivateKey, PublicKey, ecdsa_brainpool_p256,
    ecdsa_p256, ecdsa_p384, ecdsa_p521, ecdsa_secp256k1, rsa,
};
use serde_json::json;

use crate::args::{BytesFormat, ImportArguments, KeyForm, KeyFormat};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};

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
    if json {
        return output::json(&json!({ "name": name, "pem": public.to_pem() }));
    }
    let (to, everyone) = (&form.to, Readers::Everyone);
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
    if json {
        return Err(Failure::Usage(
            "a private key is not printed as JSON; omit --json".to_owned(),
        ));
    }
    let key = client.open(name)?;
    let attributes = *key.attributes();
    let exported = key.export_private()?;
    let (to, owner) = (&form.to, Readers::Owner);
    if form.format == KeyFormat::Raw {
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

/// Imports a key pair or a public key.
pub(super) fn import(client: &Client, import: &ImportArguments) -> Result<(), Failure> {
    let bytes = input::read(&import.file)?;
    let text = std::str::from_utf8(&bytes)
        .ok()
        .filter(|text| text.contains("-----BEGIN"));
    let public = match text {
        Some(text) => text
            .contains("PUBLIC KEY-----")
            .then(|| PublicKey::from_pem(text)),
        // Anything that is not a private key is tried as a public key.
        None => PrivateKey::from_der(&bytes)
            .is_err()
            .then(|| PublicKey::from_der(&bytes)),
    };
    let name = &import.name;
    let what = match public {
        Some(public) => {
            let public = public?;
            let spec = spec(public.key_type(), public.bits(), import)?;
            client.import_public(name, spec, &public)?;
            public.description()
        }
        None => {
            let private = match text {
                Some(text) => PrivateKey::from_pem(text)?,
                None => PrivateKey::from_der(&bytes)?,
            };
            let spec = spec(private.key_type(), private.bits(), import)?;
            client.import(name, spec, &private)?;
            private.description()
        }
    };
    eprintln!("{}: {what}", output::printable(name));
    Ok(())
}

fn spec(key_type: KeyType, bits: u32, import: &ImportArguments) -> Result<AnySpec, Failure> {
    let choices = match key_type {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => rsa().bits(bits).choices(),
        KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
            ecdsa(curve_family, bits)?.choices()
        }
        other => {
            return Err(Failure::Usage(format!(
                "keys of the type {other:?} do not sign"
            )));
        }
    };
    let spec = choices.into_iter().next().map(AnySpec::from_attributes);
    let spec = spec.ok_or_else(|| Failure::Usage("there is no such key".to_owned()))?;
    Ok(import.placement.apply(import.new.apply(spec)?))
}

fn ecdsa(family: EccFamily, bits: u32) -> Result<EcdsaSpec, Failure> {
    Ok(match (family, bits) {
        (EccFamily::SecpR1, 256) => ecdsa_p256(),
        (EccFamily::SecpR1, 384) => ecdsa_p384(),
        (EccFamily::SecpR1, 521) => ecdsa_p521(),
        (EccFamily::SecpK1, 256) => ecdsa_secp256k1(),
        (EccFamily::BrainpoolPR1, 256) => ecdsa_brainpool_p256(),
        (family, bits) => {
            return Err(Failure::Usage(format!(
                "importing keys of {bits} bits on {} is not supported",
                family.name()
            )));
        }
    })
}
