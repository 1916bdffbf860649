//! Generates, imports and exports key pairs and public keys.

use cryptoki::error::Error;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::types::Ulong;
use parsec_contracts::types::{KeyAttributes, KeyType};
use parsec_contracts::{Secret, Status};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::{check_public_key, number_length, padded};

use crate::curves;
use crate::error::failed;
use crate::key_attributes::{
    Import, ecc_key_pair, ecc_public_key, parameters, read_public, rsa_key_pair, rsa_private,
    rsa_public_key, secret_of,
};
use crate::template::{self, Uses};
use crate::token_engine::TokenEngine;

const EXPONENT: [u8; 3] = [1, 0, 1];

/// Generates a key pair.
pub(crate) fn generate(
    engine: &TokenEngine,
    attributes: &KeyAttributes,
) -> Result<Secret, ProviderError> {
    let doing = "generating the key";
    let bits = attributes.key_bits;
    let uses = Uses::of(attributes);
    engine.make(|object| {
        let mut public = template::public(&object.id, uses);
        let private = template::private(&object.id, uses, engine.may_leave(attributes));
        let mechanism = match attributes.key_type {
            KeyType::EccKeyPair { curve_family } => {
                public.push(Attribute::EcParams(parameters(curve_family, bits)?));
                curves::generation(curve_family)
            }
            _ => {
                public.push(Attribute::ModulusBits(Ulong::from(u64::from(bits))));
                public.push(Attribute::PublicExponent(EXPONENT.to_vec()));
                Mechanism::RsaPkcsKeyPairGen
            }
        };
        object.public = engine
            .token
            .make(&object.id, |session, made| {
                let (public, private) = session.generate_key_pair(&mechanism, &public, &private)?;
                made.push((ObjectClass::PRIVATE_KEY, private));
                made.push((ObjectClass::PUBLIC_KEY, public));
                read_public(session, public, bits)
            })?
            .map_err(failed(doing))?
            .ok_or_else(|| unreadable(doing))?;
        // The token's public key is checked like an imported one.
        check_public_key(&attributes.key_type, bits, &object.public)
            .map_err(|error| unreadable(doing).with_source(error))
    })
}

fn unreadable(doing: &str) -> ProviderError {
    ProviderError::new(
        Status::PsaErrorHardwareFailure,
        format!("{doing}: the token returned a public key that is not valid"),
    )
}

/// Imports a checked key pair or public key.
pub(crate) fn import(
    engine: &TokenEngine,
    attributes: &KeyAttributes,
    data: &[u8],
) -> Result<(u32, Secret), ProviderError> {
    let bits = attributes.key_bits;
    let import = match attributes.key_type {
        KeyType::RsaPublicKey => rsa_public_key(data)?,
        KeyType::RsaKeyPair => rsa_key_pair(data)?,
        KeyType::EccPublicKey { curve_family } => ecc_public_key(curve_family, bits, data)?,
        KeyType::EccKeyPair { curve_family } => ecc_key_pair(curve_family, bits, data)?,
        _ => return Err(ProviderError::not_supported("keys of that type")),
    };
    let Import {
        bits,
        public,
        public_part,
        private_part,
    } = import;
    let uses = Uses::of(attributes);
    let material = engine.make(|object| {
        let mut public_template = template::public(&object.id, uses);
        public_template.push(Attribute::Class(ObjectClass::PUBLIC_KEY));
        public_template.extend(public_part);
        let private_template = private_part.map(|part| {
            let may_leave = engine.may_leave(attributes);
            let mut template = template::private(&object.id, uses, may_leave);
            template.push(Attribute::Class(ObjectClass::PRIVATE_KEY));
            template.extend(part);
            template
        });
        object.public = public;
        let made = engine.token.make(&object.id, |session, made| {
            let public = session.create_object(&public_template)?;
            made.push((ObjectClass::PUBLIC_KEY, public));
            if let Some(template) = &private_template {
                let private = session.create_object(template)?;
                made.push((ObjectClass::PRIVATE_KEY, private));
            }
            Ok(())
        });
        if let Some(template) = private_template {
            template::wipe(template);
        }
        made?.map_err(|error| refused(error, bits))
    })?;
    Ok((bits, material))
}

/// Maps an error of an import. Tokens have many return values for data that they reject.
fn refused(error: Error, bits: u32) -> ProviderError {
    use cryptoki::error::RvError as Answer;
    match crate::error::answer(&error) {
        Some(
            Answer::AttributeValueInvalid
            | Answer::TemplateInconsistent
            | Answer::TemplateIncomplete
            | Answer::PublicKeyInvalid
            | Answer::DataInvalid,
        ) => ProviderError::invalid_argument(format!(
            "data: the token does not accept it as a key of {bits} bits"
        ))
        .with_source(error),
        _ => failed("importing the key")(error),
    }
}

/// Exports the private key in the wire format.
pub(crate) fn export(engine: &TokenEngine, key: &KeyContext) -> Result<Secret, ProviderError> {
    let wanted = [
        AttributeType::Value,
        AttributeType::Modulus,
        AttributeType::PublicExponent,
        AttributeType::PrivateExponent,
        AttributeType::Prime1,
        AttributeType::Prime2,
        AttributeType::Exponent1,
        AttributeType::Exponent2,
        AttributeType::Coefficient,
    ];
    let parts: Vec<(AttributeType, Secret)> = engine
        .token
        .with_object(key, ObjectClass::PRIVATE_KEY, |session, handle| {
            let attributes = session.get_attributes(handle, &wanted)?;
            Ok(attributes.into_iter().filter_map(secret_of).collect())
        })?
        .map_err(failed("exporting the key"))?;
    let part = |wanted: AttributeType| {
        parts
            .iter()
            .find(|(which, _)| *which == wanted)
            .map(|(_, secret)| secret.expose())
    };
    let written = match key.attributes.key_type {
        KeyType::EccKeyPair { .. } => part(AttributeType::Value).map(|value| {
            let length = number_length(key.attributes.key_bits);
            Secret::new(padded(value, length))
        }),
        _ => rsa_private(&part),
    };
    written.ok_or_else(|| {
        ProviderError::new(
            Status::PsaErrorNotPermitted,
            "the token does not export this key",
        )
    })
}
