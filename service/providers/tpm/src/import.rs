//! Keys from outside: public ones as they are, private ones through `TPM2_Import`.

use parsec_contracts::Secret;
use parsec_contracts::types::{EccFamily, KeyAttributes, KeyType};
use parsec_provider::ProviderError;
use tss_esapi::structures::{Auth, EccParameter, EccPoint, Public, PublicKeyRsa};

use crate::blob::Blob;
use crate::chip::Chip;
use crate::convert;
use crate::template::{self, Origin};

/// Takes in a key: its size and how it is stored.
pub(crate) fn key(
    chip: &mut Chip,
    attributes: &KeyAttributes,
    data: &[u8],
) -> Result<(u32, Secret), ProviderError> {
    let (bits, public) = match attributes.key_type {
        KeyType::RsaPublicKey => rsa_public(attributes, data)?,
        KeyType::EccPublicKey { curve_family } => ecc_public(attributes, curve_family, data)?,
        _ => return private(chip, attributes, data),
    };
    let blob = Blob {
        auth: Auth::default(),
        public,
        private: None,
    };
    Ok((bits, blob.encode()?))
}

fn rsa_public(attributes: &KeyAttributes, data: &[u8]) -> Result<(u32, Public), ProviderError> {
    use der::Decode as _;
    let key = pkcs1::RsaPublicKeyRef::from_der(data)
        .map_err(|error| no_key("an RSAPublicKey (RFC 8017, A.1.1)").with_source(error))?;
    if key.public_exponent.as_bytes() != [1, 0, 1] {
        return Err(ProviderError::not_supported(
            "RSA keys whose exponent is not 65537",
        ));
    }
    let modulus = key.modulus.as_bytes();
    let bits = modulus.len() as u32 * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros());
    let modulus = PublicKeyRsa::try_from(modulus)
        .map_err(|error| ProviderError::not_supported("RSA keys so long").with_source(error))?;
    Ok((
        bits,
        template::rsa_key(attributes, bits, Origin::Public, modulus)?,
    ))
}

fn ecc_public(
    attributes: &KeyAttributes,
    family: EccFamily,
    data: &[u8],
) -> Result<(u32, Public), ProviderError> {
    let no_point = || no_key("0x04, then x and y of a point");
    let [4, coordinates @ ..] = data else {
        return Err(no_point());
    };
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let bits = match x.len() as u32 * 8 {
        528 => 521,
        bits => bits,
    };
    let curve = convert::curve(family, bits).filter(|_| x.len() == y.len());
    let curve = curve.ok_or_else(no_point)?;
    let number = |bytes: &[u8]| EccParameter::try_from(bytes).map_err(|_| no_point());
    let point = EccPoint::new(number(x)?, number(y)?);
    Ok((
        bits,
        template::ecc_key(attributes, curve, Origin::Public, point)?,
    ))
}

fn no_key(form: &str) -> ProviderError {
    ProviderError::invalid_argument(format!("data: is no key in the form of {form}"))
}

/// Not here yet: the inner wrapper of `TPM2_Import` (TPM 2.0 Part 1, 23.3).
fn private(
    _chip: &mut Chip,
    _attributes: &KeyAttributes,
    _data: &[u8],
) -> Result<(u32, Secret), ProviderError> {
    Err(ProviderError::not_supported(
        "importing private keys into a TPM",
    ))
}
