//! What key pairs do.

use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyType,
};
use parsec_contracts::{Secret, Status};
use parsec_provider::{KeyContext, ProviderError};
use parsec_provider_psa::{number_length, oaep, padded, rsa};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Kind;
use tss_esapi::structures::{
    Data, Digest, EccParameter, EccPoint, EccSignature, HashcheckTicket, Public, PublicKeyRsa,
    RsaDecryptionScheme, RsaSignature, Signature, SignatureScheme,
};
use tss_esapi::tss2_esys::{TPM2B_DIGEST, TPMT_TK_HASHCHECK};

use crate::blob::Blob;
use crate::chip::{Chip, Encrypted};
use crate::convert;
use crate::error::{failed, kind};
use crate::registers;
use crate::template::{self, Origin, Promises};

/// Makes a key pair.
pub(crate) fn generate(
    chip: &mut Chip,
    attributes: &KeyAttributes,
) -> Result<Secret, ProviderError> {
    generate_with(chip, attributes, &Promises::default(), 0)
}

/// Makes a key pair that attests, or is bound to registers, one bit each.
pub(crate) fn generate_bound(
    chip: &mut Chip,
    attributes: &KeyAttributes,
    attests: bool,
    pcrs: u32,
) -> Result<Secret, ProviderError> {
    let mut promises = match attests {
        true => Promises::attester(attributes)?,
        false => Promises::default(),
    };
    if pcrs != 0 {
        promises.policy = registers::policy_digest(chip, pcrs)?;
    }
    generate_with(chip, attributes, &promises, pcrs)
}

fn generate_with(
    chip: &mut Chip,
    attributes: &KeyAttributes,
    promises: &Promises,
    pcrs: u32,
) -> Result<Secret, ProviderError> {
    let origin = (Origin::Chip, promises);
    let bits = attributes.key_bits;
    let template = match attributes.key_type {
        KeyType::EccKeyPair { curve_family } => {
            let curve = curve(curve_family, bits)?;
            template::ecc_key(attributes, curve, origin, EccPoint::default())?
        }
        _ => template::rsa_key(attributes, bits, origin, PublicKeyRsa::default())?,
    };
    Blob {
        pcrs,
        ..chip.create("generating the key", template, None)?
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

/// The public part in the wire's format.
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
        _ => Err(ProviderError::invalid_argument(
            "the key has no public part",
        )),
    }
}

pub(crate) fn rsa_public(modulus: &[u8]) -> Result<Vec<u8>, ProviderError> {
    rsa::public_key(modulus, &[1, 0, 1]).ok_or_else(|| {
        ProviderError::new(
            Status::PsaErrorDataInvalid,
            "the TPM's public key cannot be written as PKCS #1",
        )
    })
}

fn length_of(key: &KeyContext) -> usize {
    number_length(key.attributes.key_bits)
}

/// Signs a hash.
pub(crate) fn sign(
    chip: &mut Chip,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    if Blob::decode(&key.material)?.attests() {
        return Err(ProviderError::new(
            Status::PsaErrorNotPermitted,
            "the key signs only what the TPM itself says: use certify_key or quote",
        ));
    }
    let scheme = convert::signature(alg, hash.len())?;
    let digest = digest(hash)?;
    let ticket = no_ticket()?;
    let signature = chip.with_key(key, "signing", Encrypted::Command, |context, handle| {
        context.sign(handle, digest, scheme, ticket)
    })?;
    signature_bytes(key, signature)
}

/// A signature in the wire's format.
pub(crate) fn signature_bytes(
    key: &KeyContext,
    signature: Signature,
) -> Result<Vec<u8>, ProviderError> {
    match signature {
        Signature::RsaSsa(signature) | Signature::RsaPss(signature) => {
            Ok(signature.signature().value().to_vec())
        }
        Signature::EcDsa(signature) => {
            let length = length_of(key);
            let mut bytes = padded(signature.signature_r().value(), length);
            bytes.extend(padded(signature.signature_s().value(), length));
            Ok(bytes)
        }
        other => Err(ProviderError::new(
            Status::PsaErrorHardwareFailure,
            format!(
                "the TPM gave a signature of another kind: {:?}",
                other.algorithm()
            ),
        )),
    }
}

/// Checks a signature.
pub(crate) fn verify(
    chip: &mut Chip,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let scheme = convert::signature(alg, hash.len())?;
    let digest = digest(hash)?;
    let signature = from_bytes(key, scheme, signature)?;
    let handle = chip.load(key)?;
    let answer = chip.try_run(Encrypted::Command, |context| {
        context.verify_signature(handle, digest, signature)
    });
    match answer {
        Ok(_) => Ok(()),
        Err(error)
            if matches!(
                kind(&error),
                Some(Kind::Signature | Kind::Size | Kind::Value)
            ) =>
        {
            Err(no_match())
        }
        Err(error) => Err(failed("verifying")(error)),
    }
}

fn from_bytes(
    key: &KeyContext,
    scheme: SignatureScheme,
    bytes: &[u8],
) -> Result<Signature, ProviderError> {
    let hash = scheme.signing_scheme().map_err(failed("verifying"))?;
    let wrong = |_| no_match();
    if template::is_ecc(&key.attributes.key_type) {
        let length = length_of(key);
        if bytes.len() != 2 * length {
            return Err(no_match());
        }
        let number = |bytes: &[u8]| EccParameter::try_from(bytes).map_err(wrong);
        let (r, s) = bytes.split_at(length);
        return EccSignature::create(hash, number(r)?, number(s)?)
            .map(Signature::EcDsa)
            .map_err(wrong);
    }
    let signature =
        RsaSignature::create(hash, PublicKeyRsa::try_from(bytes).map_err(wrong)?).map_err(wrong)?;
    Ok(match scheme {
        SignatureScheme::RsaPss { .. } => Signature::RsaPss(signature),
        _ => Signature::RsaSsa(signature),
    })
}

fn no_match() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidSignature,
        "the signature does not match the hash under this key",
    )
}

fn digest(hash: &[u8]) -> Result<Digest, ProviderError> {
    Digest::try_from(hash).map_err(|error| {
        ProviderError::invalid_argument("hash: is too long for a TPM").with_source(error)
    })
}

/// An unrestricted key signs hashes from anywhere: the ticket says that it is not the chip's own.
fn no_ticket() -> Result<HashcheckTicket, ProviderError> {
    HashcheckTicket::try_from(TPMT_TK_HASHCHECK {
        tag: tss_esapi::constants::tss::TPM2_ST_HASHCHECK,
        hierarchy: tss_esapi::constants::tss::TPM2_RH_NULL,
        digest: TPM2B_DIGEST::default(),
    })
    .map_err(failed("signing"))
}

/// OAEP with a label is padded here: the chip takes labels only with a zero at their end, which it
/// makes a part of them (Part 1, B.4).
fn with_label<'a>(alg: &AsymmetricEncryption, salt: &'a [u8]) -> Option<(Hash, &'a [u8])> {
    match alg {
        AsymmetricEncryption::RsaOaep { hash_alg } if !salt.is_empty() => Some((*hash_alg, salt)),
        _ => None,
    }
}

fn scheme(alg: &AsymmetricEncryption, salt: &[u8]) -> Result<RsaDecryptionScheme, ProviderError> {
    if with_label(alg, salt).is_some() {
        return Ok(RsaDecryptionScheme::Null);
    }
    convert::encryption(alg).ok_or_else(|| ProviderError::not_supported(format_args!("{alg:?}")))
}

/// Encrypts to the public part.
pub(crate) fn encrypt(
    chip: &mut Chip,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    plaintext: &[u8],
    salt: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let scheme = scheme(alg, salt)?;
    let length = length_of(key);
    let message = match with_label(alg, salt) {
        Some((hash, label)) => oaep::pad(hash, label, plaintext, length)?,
        None => Secret::from(plaintext),
    };
    let message = PublicKeyRsa::try_from(message.expose()).map_err(failed("encrypting"))?;
    let handle = chip.load(key)?;
    let ciphertext = chip.run("encrypting", Encrypted::Both, |context| {
        context.rsa_encrypt(handle, message, scheme, Data::default())
    })?;
    Ok(padded(ciphertext.value(), length))
}

/// Decrypts; every ciphertext that is none is refused in the same words.
pub(crate) fn decrypt(
    chip: &mut Chip,
    key: &KeyContext,
    alg: &AsymmetricEncryption,
    ciphertext: &[u8],
    salt: &[u8],
) -> Result<Secret, ProviderError> {
    let scheme = scheme(alg, salt)?;
    let length = length_of(key);
    if ciphertext.len() != length {
        return Err(oaep::wrong_padding());
    }
    let ciphertext = PublicKeyRsa::try_from(ciphertext).map_err(|_| oaep::wrong_padding())?;
    let answer = chip.try_with_key(key, Encrypted::Both, |context, handle| {
        context.rsa_decrypt(handle, ciphertext, scheme, Data::default())
    })?;
    let plaintext = match answer {
        Ok(plaintext) => Secret::from(plaintext.value()),
        // Chips call wrong padding a wrong value; libtpms calls it a failure of its own.
        Err(error)
            if matches!(
                kind(&error),
                Some(Kind::Value | Kind::Size | Kind::Scheme | Kind::Failure)
            ) =>
        {
            return Err(oaep::wrong_padding());
        }
        Err(error) => return Err(failed("decrypting")(error)),
    };
    match with_label(alg, salt) {
        Some((hash, label)) => oaep::unpad(
            hash,
            label,
            &Secret::new(padded(plaintext.expose(), length)),
        ),
        None => Ok(plaintext),
    }
}

/// The x of the point that both sides arrive at.
pub(crate) fn agree(
    chip: &mut Chip,
    key: &KeyContext,
    peer_key: &[u8],
) -> Result<Secret, ProviderError> {
    let length = length_of(key);
    let no_point = || {
        ProviderError::invalid_argument(format!(
            "peer_key: is no point of the key's curve; it has {} bytes, 0x04, x and y",
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
    let answer = chip.try_with_key(key, Encrypted::Both, |context, handle| {
        context.ecdh_z_gen(handle, point)
    })?;
    match answer {
        Ok(shared) => Ok(Secret::new(padded(shared.x().value(), length))),
        Err(error)
            if matches!(
                kind(&error),
                Some(Kind::EccPoint | Kind::Value | Kind::Size)
            ) =>
        {
            Err(no_point())
        }
        Err(error) => Err(failed("agreeing")(error)),
    }
}
