//! Key pairs and public keys come into being, and leave.

use cryptoki::error::Error;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{
    Attribute, AttributeType, KeyType as TokenKeyType, ObjectClass, ObjectHandle,
};
use cryptoki::session::Session;
use cryptoki::types::Ulong;
use der::{Decode as _, Encode as _};
use parsec_contracts::types::{EccFamily, KeyAttributes, KeyType};
use parsec_contracts::{Secret, Status};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::{check_public_key, number_length, padded, public_point, rsa};

use crate::curves;
use crate::engine::TokenEngine;
use crate::error::failed;
use crate::template::{self, Uses};

const EXPONENT: [u8; 3] = [1, 0, 1];

/// Makes a key pair.
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
        // What the token says is checked like a key from elsewhere.
        check_public_key(&attributes.key_type, bits, &object.public)
            .map_err(|error| unreadable(doing).with_source(error))
    })
}

fn parameters(family: EccFamily, bits: u32) -> Result<Vec<u8>, ProviderError> {
    curves::parameters(family, bits).ok_or_else(|| {
        ProviderError::not_supported(format_args!("{} of {bits} bits", family.name()))
    })
}

fn unreadable(doing: &str) -> ProviderError {
    ProviderError::new(
        Status::PsaErrorHardwareFailure,
        format!("{doing}: the token gives a public key that cannot be read"),
    )
}

/// A public key in the wire's format; `None` if it cannot be read.
pub(crate) fn read_public(
    session: &Session,
    handle: ObjectHandle,
    bits: u32,
) -> Result<Option<Vec<u8>>, Error> {
    let wanted = [
        AttributeType::Modulus,
        AttributeType::PublicExponent,
        AttributeType::EcPoint,
    ];
    let (mut modulus, mut exponent, mut point) = (None, None, None);
    for attribute in session.get_attributes(handle, &wanted)? {
        match attribute {
            Attribute::Modulus(bytes) => modulus = Some(bytes),
            Attribute::PublicExponent(bytes) => exponent = Some(bytes),
            Attribute::EcPoint(bytes) => point = Some(bytes),
            _ => {}
        }
    }
    Ok(match (modulus, exponent, point) {
        (Some(modulus), Some(exponent), _) => rsa::public_key(&modulus, &exponent),
        (_, _, Some(point)) => curves::from_attribute(&point, bits),
        _ => None,
    })
}

/// What is imported, as the token wants it.
pub(crate) struct Import {
    bits: u32,
    /// In the wire's format.
    pub(crate) public: Vec<u8>,
    public_part: Vec<Attribute>,
    pub(crate) private_part: Option<Vec<Attribute>>,
}

/// Takes in a key pair or public key, which has been checked.
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

/// A token that does not like what it is given says so in many ways.
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

fn no_key(form: &str) -> ProviderError {
    ProviderError::invalid_argument(format!("data: is no key in the form of {form}"))
}

fn bits_of(modulus: &[u8]) -> u32 {
    modulus.len() as u32 * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros())
}

fn rsa_public_key(data: &[u8]) -> Result<Import, ProviderError> {
    let key = pkcs1::RsaPublicKeyRef::from_der(data)
        .map_err(|error| no_key("an RSAPublicKey (RFC 8017, A.1.1)").with_source(error))?;
    let modulus = key.modulus.as_bytes();
    Ok(Import {
        bits: bits_of(modulus),
        public: data.to_vec(),
        public_part: vec![
            Attribute::KeyType(TokenKeyType::RSA),
            Attribute::Modulus(modulus.to_vec()),
            Attribute::PublicExponent(key.public_exponent.as_bytes().to_vec()),
        ],
        private_part: None,
    })
}

pub(crate) fn rsa_key_pair(data: &[u8]) -> Result<Import, ProviderError> {
    let form = "an RSAPrivateKey (RFC 8017, A.1.2)";
    // What the decoder says could hold a part of the key.
    let key = pkcs1::RsaPrivateKeyRef::from_der(data).map_err(|_| no_key(form))?;
    let (modulus, exponent) = (key.modulus.as_bytes(), key.public_exponent.as_bytes());
    let public = rsa::public_key(modulus, exponent).ok_or_else(|| no_key(form))?;
    let mut import = rsa_public_key(&public)?;
    import.private_part = Some(vec![
        Attribute::KeyType(TokenKeyType::RSA),
        Attribute::Modulus(modulus.to_vec()),
        Attribute::PublicExponent(exponent.to_vec()),
        Attribute::PrivateExponent(key.private_exponent.as_bytes().to_vec()),
        Attribute::Prime1(key.prime1.as_bytes().to_vec()),
        Attribute::Prime2(key.prime2.as_bytes().to_vec()),
        Attribute::Exponent1(key.exponent1.as_bytes().to_vec()),
        Attribute::Exponent2(key.exponent2.as_bytes().to_vec()),
        Attribute::Coefficient(key.coefficient.as_bytes().to_vec()),
    ]);
    Ok(import)
}

fn ecc_public_key(family: EccFamily, bits: u32, data: &[u8]) -> Result<Import, ProviderError> {
    let point = curves::to_attribute(data).ok_or_else(|| no_key("a point of the curve"))?;
    Ok(Import {
        bits,
        public: data.to_vec(),
        public_part: vec![
            Attribute::KeyType(curves::key_type(family)),
            Attribute::EcParams(parameters(family, bits)?),
            Attribute::EcPoint(point),
        ],
        private_part: None,
    })
}

pub(crate) fn ecc_key_pair(
    family: EccFamily,
    bits: u32,
    data: &[u8],
) -> Result<Import, ProviderError> {
    let point = public_point(family, bits, data)
        .ok_or_else(|| no_key("a number below the curve's order, as long as that"))?;
    let mut import = ecc_public_key(family, bits, &point)?;
    import.private_part = Some(vec![
        Attribute::KeyType(curves::key_type(family)),
        Attribute::EcParams(parameters(family, bits)?),
        Attribute::Value(data.to_vec()),
    ]);
    Ok(import)
}

/// The private key in the wire's format.
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
            "the token does not give out that key",
        )
    })
}

fn secret_of(attribute: Attribute) -> Option<(AttributeType, Secret)> {
    let which = attribute.attribute_type();
    match attribute {
        Attribute::Value(bytes)
        | Attribute::Modulus(bytes)
        | Attribute::PublicExponent(bytes)
        | Attribute::PrivateExponent(bytes)
        | Attribute::Prime1(bytes)
        | Attribute::Prime2(bytes)
        | Attribute::Exponent1(bytes)
        | Attribute::Exponent2(bytes)
        | Attribute::Coefficient(bytes) => Some((which, Secret::new(bytes))),
        _ => None,
    }
}

fn rsa_private<'a>(part: &impl Fn(AttributeType) -> Option<&'a [u8]>) -> Option<Secret> {
    let number = |which| pkcs1::UintRef::new(part(which)?).ok();
    let key = pkcs1::RsaPrivateKeyRef {
        modulus: number(AttributeType::Modulus)?,
        public_exponent: number(AttributeType::PublicExponent)?,
        private_exponent: number(AttributeType::PrivateExponent)?,
        prime1: number(AttributeType::Prime1)?,
        prime2: number(AttributeType::Prime2)?,
        exponent1: number(AttributeType::Exponent1)?,
        exponent2: number(AttributeType::Exponent2)?,
        coefficient: number(AttributeType::Coefficient)?,
        other_prime_infos: None,
    };
    Some(Secret::new(key.to_der().ok()?))
}
