//! `parsec derive` and `parsec agree`.

use parsec_client::operations::{AgreeBytes, AgreeKey, DeriveBytes, DeriveKey, PsaRawKeyAgreement};
use parsec_client::types::{
    Algorithm, DerivationInput, DerivationInputs, KeyAgreement, KeyDerivation,
};
use parsec_client::{PublicKey, Secret};

use super::{kinds, wrong_key};
use crate::args::{AgreeArguments, DerivationArguments, DeriveArguments};
use crate::failure::Failure;
use crate::input;
use crate::output::Readers;
use crate::session::Session;
use crate::value;

pub(super) fn derive(session: &Session, arguments: &DeriveArguments) -> Result<(), Failure> {
    let client = &session.client;
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
        let attributes = kinds::attributes(&arguments.how.kind, &arguments.how.new)?;
        let input = DeriveKey {
            alg,
            inputs,
            key_name: new.clone(),
            attributes,
            lifetime: None,
        };
        raw.derive_key(provider, input)?;
        return kinds::print_key(session, new);
    }
    let input = DeriveBytes {
        alg,
        inputs,
        length: arguments.how.length,
    };
    let data = raw.derive_bytes(provider, input)?.data;
    let form = &arguments.how.form;
    value::print_bytes(data.expose(), form, &[], Readers::Owner, session.json)
}

pub(super) fn agree(session: &Session, arguments: &AgreeArguments) -> Result<(), Failure> {
    let client = &session.client;
    let key = client.open(&arguments.name)?;
    let Algorithm::KeyAgreement(alg) = key.attributes().key_policy.key_algorithm else {
        return Err(wrong_key(&key, "agree on secrets"));
    };
    let peer_key = peer(&arguments.peer)?;
    let private_key_name = key.name().to_owned();
    let (raw, provider) = (client.raw(), key.provider());
    // A raw policy permits a derivation after the agreement, which reveals less.
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
            attributes: kinds::attributes(&how.kind, &how.new)?,
            lifetime: None,
        };
        raw.agree_key(provider, input)?;
        return kinds::print_key(session, new);
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
    value::print_bytes(
        secret.expose(),
        &how.form,
        &[],
        Readers::Owner,
        session.json,
    )
}

/// Returns the derivation's inputs from the options.
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

/// Reads a public key in any format, or in the PSA Crypto API's export format.
fn peer(file: &str) -> Result<Vec<u8>, Failure> {
    let bytes = input::read(file)?;
    match PublicKey::parse(&bytes) {
        Ok(key) => Ok(key.raw().to_vec()),
        // The bytes of a point have no format that could be recognized.
        Err(_) if std::str::from_utf8(&bytes).is_err() => Ok(bytes.to_vec()),
        Err(error) => Err(error.into()),
    }
}
