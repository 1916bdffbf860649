//! Operations on key pairs.

use parsec_contracts::types::{AsymmetricEncryption, EccFamily, Hash, KeyAttributes, KeyType};
use parsec_contracts::{Secret, Status};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::{number_length, oaep, padded, rsa};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as ResponseKind;
use tss_esapi::structures::{
    Data, EccParameter, EccPoint, Public, PublicKeyRsa, RsaDecryptionScheme,
};

use crate::abilities::Abilities;
use crate::blob::Blob;
use crate::convert;
use crate::error::{failed, kind};
use crate::pcr;
use crate::registers::Registers;
use crate::template::{self, Origin, Promises};
use crate::tpm::{Encrypted, Tpm};

/// Generates a key pair.
pub(crate) fn generate(tpm: &mut Tpm, attributes: &KeyAttributes) -> Result<Secret, ProviderError> {
    generate_with(tpm, attributes, &Promises::default(), Registers::default())
}

/// Generates a key pair that attests, or is bound to the registers of the mask `pcrs`.
pub(crate) fn generate_bound(
    tpm: &mut Tpm,
    attributes: &KeyAttributes,
    attests: bool,
    pcrs: u32,
) -> Result<Secret, ProviderError> {
    let mut promises = match attests {
        true => Promises::attester(attributes)?,
        false => Promises::default(),
    };
    let registers = Registers::sha256(pcrs);
    if !registers.is_empty() {
        promises.policy = pcr::policy_digest(tpm, registers)?;
    }
    generate_with(tpm, attributes, &promises, registers)
}

fn generate_with(
    tpm: &mut Tpm,
    attributes: &KeyAttributes,
    promises: &Promises,
    registers: Registers,
) -> Result<Secret, ProviderError> {
    let origin = (Origin::Tpm, promises);
    let bits = attributes.key_bits;
    let template = match attributes.key_type {
        KeyType::EccKeyPair { curve_family } => {
            let curve = curve(curve_family, bits)?;
            template::ecc_key(attributes, curve, origin, EccPoint::default())?
        }
        _ => template::rsa_key(attributes, bits, origin, PublicKeyRsa::default())?,
    };
    Blob {
        registers,
        ..tpm.create("generating the key", template, None)?
    }
    .encode()
}

fn curve(
    family: EccFamily,
    bits: u32,
) -> Result<tss_esapi::interface_types::ecc::EccCurve, ProviderError> {
    convert::curve(family, bits).ok_or_else(|| {
        ProviderError::not_supported(format_args!("{} of {bits} bits", family.name()))
    })
}

/// The public key in the wire format.
pub(crate) fn public_key(key: &KeyContext) -> Result<Vec<u8>, ProviderError> {
    match Blob::decode(&key.material)?.public {
        Public::Rsa { unique, .. } => rsa_public(unique.value()),
        Public::Ecc { unique, .. } => {
            let length = length_of(key);
            let mut point = vec![4];
            point.extend(padded(unique.x().value(), length));
            point.extend(padded(unique.y().value(), length));
            Ok(point)
        }
        _ => Err(ProviderError::invalid_argument("the key has no public key")),
    }
}

pub(crate) fn rsa_public(modulus: &[u8]) -> Result<Vec<u8>, ProviderError> {
    rsa::public_key(modulus, &[1, 0, 1]).ok_or_else(no_public_key)
}

fn no_public_key() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorDataInvalid,
        "the TPM's public key is not an RSA key",
    )
}

/// The length in bytes of a number of the key: its modulus, or a coordinate.
pub(crate) fn length_of(key: &KeyContext) -> usize {
    number_length(key.attributes.key_bits)
}

/// The hash function of OAEP if software removes the padding. TPMs only accept labels that end with
/// a zero, which they include in the label (Part 1, B.4), and some lack the hash function or
/// compute it incorrectly.
fn padded_here(abilities: &Abilities, alg: &AsymmetricEncryption, label: &[u8]) -> Option<Hash> {
    match alg {
        AsymmetricEncryption::RsaOaep { hash_alg } => {
            (!label.is_empty() || abilities.unpads_oaep(*hash_alg)).then_some(*hash_alg)
        }
        _ => None,
    }
}

/// Decrypts. All invalid ciphertexts return the same error.
pub(crate) fn decrypt(
    tpm: &mut Tpm,
    abilities: &Abilities,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    ciphertext: &[u8],
    label: &[u8],
) -> Result<Secret, ProviderError> {
    let padded_here = padded_here(abilities, alg, label);
    let scheme = match padded_here {
        Some(_) => RsaDecryptionScheme::Null,
        None => convert::encryption(alg)
            .ok_or_else(|| ProviderError::not_supported(format_args!("{alg}")))?,
    };
    let length = length_of(key);
    if ciphertext.len() != length {
        return Err(oaep::wrong_padding());
    }
    let ciphertext = PublicKeyRsa::try_from(ciphertext).map_err(|_| oaep::wrong_padding())?;
    let answer = tpm.try_with_key(key, Encrypted::Both, |context, handle| {
        context.rsa_decrypt(handle, ciphertext, scheme, Data::default())
    })?;
    let plaintext = match answer {
        Ok(plaintext) => Secret::from(plaintext.value()),
        // TPMs report wrong padding as a wrong value; libtpms reports it as a failure.
        Err(error)
            if matches!(
                kind(&error),
                Some(
                    ResponseKind::Value
                        | ResponseKind::Size
                        | ResponseKind::Scheme
                        | ResponseKind::Failure
                )
            ) =>
        {
            return Err(oaep::wrong_padding());
        }
        Err(error) => return Err(failed("decrypting")(error)),
    };
    match padded_here {
        Some(hash) => oaep::unpad(
            hash,
            label,
            &Secret::new(padded(plaintext.expose(), length)),
        ),
        None => Ok(plaintext),
    }
}

/// Computes the shared secret: the x coordinate of the shared point.
pub(crate) fn agree(
    tpm: &mut Tpm,
    key: &KeyContext,
    peer_key: &[u8],
) -> Result<Secret, ProviderError> {
    let length = length_of(key);
    let no_point = || {
        ProviderError::invalid_argument(format!(
            "peer_key: is not a point of the key's curve: {} bytes, 0x04, x and y",
            2 * length + 1
        ))
    };
    let [4, coordinates @ ..] = peer_key else {
        return Err(no_point());
    };
    if coordinates.len() != 2 * length {
        return Err(no_point());
    }
    let (x, y) = coordinates.split_at(length);
    let number = |bytes: &[u8]| EccParameter::try_from(bytes).map_err(|_| no_point());
    let point = EccPoint::new(number(x)?, number(y)?);
    let answer = tpm.try_with_key(key, Encrypted::Both, |context, handle| {
        context.ecdh_z_gen(handle, point)
    })?;
    match answer {
        Ok(shared) => Ok(Secret::new(padded(shared.x().value(), length))),
        Err(error)
            if matches!(
                kind(&error),
                Some(ResponseKind::EccPoint | ResponseKind::Value | ResponseKind::Size)
            ) =>
        {
            Err(no_point())
        }
        Err(error) => Err(failed("agreeing")(error)),
    }
}
