//! Converts keys between the wire formats and PKCS #11 attributes.

use cryptoki::error::Error;
use cryptoki::object::{Attribute, AttributeType, KeyType as TokenKeyType, ObjectHandle};
use cryptoki::session::Session;
use der::{Decode as _, Encode as _};
use parsec_contracts::Secret;
use parsec_contracts::types::EccFamily;
use parsec_provider::ProviderError;
use parsec_psa::{public_point, rsa};

use crate::curves;

/// The attributes of an imported key.
pub(crate) struct Import {
    pub(crate) bits: u32,
    /// In the wire format.
    pub(crate) public: Vec<u8>,
    pub(crate) public_part: Vec<Attribute>,
    pub(crate) private_part: Option<Vec<Attribute>>,
}

/// The `CKA_EC_PARAMS` of a curve.
pub(crate) fn parameters(family: EccFamily, bits: u32) -> Result<Vec<u8>, ProviderError> {
    curves::parameters(family, bits).ok_or_else(|| {
        ProviderError::not_supported(format_args!("{} of {bits} bits", family.name()))
    })
}

/// Reads an object's public key into the wire format; `None` if its attributes are not valid.
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

fn no_key(form: &str) -> ProviderError {
    ProviderError::invalid_argument(format!("data: is not a key in the form of {form}"))
}

fn bits_of(modulus: &[u8]) -> u32 {
    modulus.len() as u32 * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros())
}

pub(crate) fn rsa_public_key(data: &[u8]) -> Result<Import, ProviderError> {
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
    // The decoder's error is dropped: it could contain a part of the key.
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

pub(crate) fn ecc_public_key(
    family: EccFamily,
    bits: u32,
    data: &[u8],
) -> Result<Import, ProviderError> {
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

/// The value of a private-key attribute.
pub(crate) fn secret_of(attribute: Attribute) -> Option<(AttributeType, Secret)> {
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

/// The `RSAPrivateKey` (RFC 8017, A.1.2) with these parts; `None` if one is missing.
pub(crate) fn rsa_private<'a>(part: &impl Fn(AttributeType) -> Option<&'a [u8]>) -> Option<Secret> {
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
