//! Signatures. Software verifies every signature before it is returned. What a TPM pads incorrectly
//! is padded in software, and the TPM applies the raw key.

use parsec_contracts::Status;
use parsec_contracts::types::{Algorithm, AsymmetricSignature, Hash, SignHash};
use parsec_provider::{KeyContext, ProviderError};
use parsec_psa::public::{self, can_verify, ecdsa_number, hash_of, no_match, pss_salt};
use parsec_psa::{number_length, padded, pkcs1v15, pss};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as ResponseKind;
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::structures::{
    Data, Digest, EccParameter, EccSignature, HashScheme, HashcheckTicket, PublicKeyRsa,
    RsaDecryptionScheme, Signature, SignatureScheme,
};
use tss_esapi::tss2_esys::{TPM2B_DIGEST, TPMT_TK_HASHCHECK};

use crate::abilities::Abilities;
use crate::asymmetric::{length_of, public_key};
use crate::blob::Blob;
use crate::convert;
use crate::error::{failed, kind};
use crate::template;
use crate::tpm::{Encrypted, Tpm};

/// Signs a hash.
pub(crate) fn sign(
    tpm: &mut Tpm,
    abilities: &Abilities,
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let blob = Blob::decode(&key.material)?;
    if blob.attests() {
        return Err(ProviderError::new(
            Status::PsaErrorNotPermitted,
            "the key only signs statements of the TPM: use certify_key or quote",
        ));
    }
    let signature = if template::is_ecc(&key.attributes.key_type) {
        sign_ecdsa(tpm, abilities, key, hash)?
    } else {
        sign_rsa(tpm, abilities, key, &blob, alg, hash)?
    };
    if is_verified_here(key, alg) && !is_right(key, alg, hash, &signature)? {
        return Err(wrong_signature());
    }
    Ok(signature)
}

/// Whether software can verify the key's signatures; for some curves, only the TPM can.
fn is_verified_here(key: &KeyContext, alg: &AsymmetricSignature) -> bool {
    let attributes = &key.attributes;
    can_verify(&attributes.key_type, attributes.key_bits, alg)
}

fn verify_here(
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let kind = (&key.attributes.key_type, key.attributes.key_bits);
    public::verify_hash(kind, &public_key(key)?, alg, hash, signature)
}

fn is_right(
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<bool, ProviderError> {
    match verify_here(key, alg, hash, signature) {
        Ok(()) => Ok(true),
        Err(error) if error.status() == Status::PsaErrorInvalidSignature => Ok(false),
        Err(error) => Err(error),
    }
}

fn wrong_signature() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorHardwareFailure,
        "the TPM made an invalid signature, which is not returned. If this happens again, the TPM \
         is broken",
    )
}

/// Signs with the TPM's padding if it is correct, or pads in software.
fn sign_rsa(
    tpm: &mut Tpm,
    abilities: &Abilities,
    key: &KeyContext,
    blob: &Blob,
    alg: &AsymmetricSignature,
    hash: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let hash_alg = hash_of(alg, hash.len())?;
    let by_tpm = convert::hash(hash_alg)
        .filter(|_| abilities.hashes.contains(&hash_alg))
        .filter(|_| !blob.is_bare() || is_padded_by_tpm(abilities, alg));
    if let Some(algorithm) = by_tpm {
        let scheme = rsa_scheme(alg, HashScheme::new(algorithm))?;
        match by_scheme(tpm, key, hash, scheme)? {
            Some(signature) => {
                let salt = wrong_salt(key, alg, hash_alg, hash, &signature)?;
                let Some(length) = salt else {
                    return Ok(signature);
                };
                abilities.saw_wrong_salt(length);
                if !blob.is_bare() {
                    return Err(only_signs("PSS with a salt that is as long as the hash"));
                }
            }
            None if blob.is_bare() => {}
            None => return Err(only_signs("this algorithm with this hash function")),
        }
    } else if !blob.is_bare() {
        return Err(only_signs(hash_alg.name()));
    }
    let bits = key.attributes.key_bits;
    let block = match alg {
        AsymmetricSignature::RsaPss { .. } => pss::encode(hash_alg, hash, bits)?,
        _ => pkcs1v15::signature_block(hash_alg, hash, number_length(bits))?,
    };
    apply_bare_key(tpm, key, &block)
}

fn is_padded_by_tpm(abilities: &Abilities, alg: &AsymmetricSignature) -> bool {
    let is_pss = matches!(alg, AsymmetricSignature::RsaPss { .. });
    let is_useless = is_pss && abilities.has_wrong_salts();
    !(abilities.pads_in_software() || is_useless)
}

fn rsa_scheme(
    alg: &AsymmetricSignature,
    hash_scheme: HashScheme,
) -> Result<SignatureScheme, ProviderError> {
    Ok(match alg {
        AsymmetricSignature::RsaPkcs1v15Sign { .. } => SignatureScheme::RsaSsa { hash_scheme },
        AsymmetricSignature::RsaPss { .. } => SignatureScheme::RsaPss { hash_scheme },
        other => return Err(ProviderError::not_supported(format_args!("{other}"))),
    })
}

/// The length of a PSS signature's salt, if the signature is valid.
fn wrong_salt(
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash_alg: Hash,
    hash: &[u8],
    signature: &[u8],
) -> Result<Option<usize>, ProviderError> {
    if !matches!(alg, AsymmetricSignature::RsaPss { .. }) {
        return Ok(None);
    }
    let expected = pss::salt_length(hash_alg, key.attributes.key_bits);
    let found = pss_salt(&public_key(key)?, hash_alg, hash, signature)?;
    Ok(found.filter(|found| Some(*found) != expected))
}

/// The error for keys of earlier versions, which do not permit padding in software.
fn only_signs(what: &str) -> ProviderError {
    ProviderError::not_supported(format_args!(
        "{what} on this TPM with a key of an earlier version of this service; generate a new key"
    ))
}

/// Pads and signs with the TPM; `None` if it does not support the scheme.
fn by_scheme(
    tpm: &mut Tpm,
    key: &KeyContext,
    hash: &[u8],
    scheme: SignatureScheme,
) -> Result<Option<Vec<u8>>, ProviderError> {
    let digest = Digest::try_from(hash).map_err(|error| {
        ProviderError::invalid_argument("hash: is too long for a TPM").with_source(error)
    })?;
    let ticket = no_ticket()?;
    let answer = tpm.try_with_key(key, Encrypted::Command, |context, handle| {
        context.sign(handle, digest, scheme, ticket)
    })?;
    match answer {
        Ok(signature) => signature_bytes(key, signature).map(Some),
        Err(error)
            if matches!(
                kind(&error),
                Some(
                    ResponseKind::Scheme
                        | ResponseKind::Hash
                        | ResponseKind::Value
                        | ResponseKind::Size
                )
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(failed("signing")(error)),
    }
}

/// Applies the raw private key to a block that was padded here. No other blocks reach this
/// function.
fn apply_bare_key(tpm: &mut Tpm, key: &KeyContext, block: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let block = PublicKeyRsa::try_from(block).map_err(failed("signing"))?;
    let signature = tpm.with_key(key, "signing", Encrypted::Both, |context, handle| {
        context.rsa_decrypt(handle, block, RsaDecryptionScheme::Null, Data::default())
    })?;
    Ok(padded(signature.value(), length_of(key)))
}

/// Signs the number that ECDSA derives from the hash, with any hash function of that length.
fn sign_ecdsa(
    tpm: &mut Tpm,
    abilities: &Abilities,
    key: &KeyContext,
    hash: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let (algorithm, number) = ecdsa_digest(hash, key.attributes.key_bits, &abilities.hashes)
        .ok_or_else(|| ProviderError::not_supported("hashes as long as the curve's order"))?;
    let hash_scheme = HashScheme::new(algorithm);
    by_scheme(tpm, key, &number, SignatureScheme::EcDsa { hash_scheme })?
        .ok_or_else(|| ProviderError::not_supported("ECDSA with this curve on this TPM"))
}

/// A hash function of the TPM, and the number that ECDSA signs, in the form of its hash: with
/// leading zeros if the hash is longer than the number, or trailing zeros, which the TPM truncates,
/// if it is longer than the curve's order.
fn ecdsa_digest(hash: &[u8], bits: u32, known: &[Hash]) -> Option<(HashingAlgorithm, Vec<u8>)> {
    let order = number_length(bits);
    let number = ecdsa_number(hash, bits);
    let mut lengths: Vec<Hash> = known.to_vec();
    lengths.sort_by_key(|hash| hash.length());
    let short: Vec<u8> = hash[..hash.len().min(order)].to_vec();
    let fitting = lengths
        .iter()
        .find(|one| (short.len()..=order).contains(&one.length()));
    if let Some(one) = fitting {
        return Some((convert::hash(*one)?, padded(&short, one.length())));
    }
    let longer = lengths.iter().find(|one| one.length() > order)?;
    let mut cut = number;
    cut.resize(longer.length(), 0);
    Some((convert::hash(*longer)?, cut))
}

/// Verifies a signature, in software if it supports the curve.
pub(crate) fn verify_in_software(
    key: &KeyContext,
    alg: &AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Option<Result<(), ProviderError>> {
    is_verified_here(key, alg).then(|| verify_here(key, alg, hash, signature))
}

/// Verifies an ECDSA signature with the TPM, for curves that software does not support.
pub(crate) fn verify(
    tpm: &mut Tpm,
    abilities: &Abilities,
    key: &KeyContext,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let (algorithm, number) = ecdsa_digest(hash, key.attributes.key_bits, &abilities.hashes)
        .ok_or_else(|| ProviderError::not_supported("hashes as long as the curve's order"))?;
    let digest = Digest::try_from(number).map_err(failed("verifying"))?;
    let length = length_of(key);
    if signature.len() != 2 * length {
        return Err(no_match());
    }
    let number = |bytes: &[u8]| EccParameter::try_from(bytes).map_err(|_| no_match());
    let (r, s) = signature.split_at(length);
    let signature = EccSignature::create(algorithm, number(r)?, number(s)?)
        .map(Signature::EcDsa)
        .map_err(|_| no_match())?;
    let handle = tpm.load(key)?;
    let answer = tpm.try_run(Encrypted::Command, |context| {
        context.verify_signature(handle, digest, signature)
    });
    match answer {
        Ok(_) => Ok(()),
        Err(error)
            if matches!(
                kind(&error),
                Some(ResponseKind::Signature | ResponseKind::Size | ResponseKind::Value)
            ) =>
        {
            Err(no_match())
        }
        Err(error) => Err(failed("verifying")(error)),
    }
}

/// Converts the TPM's signature of a statement to the wire format. Software verifies it if it
/// can; it cannot pad it, because the key signs nothing else.
pub(crate) fn attested(
    key: &KeyContext,
    statement: &[u8],
    signature: Signature,
) -> Result<Vec<u8>, ProviderError> {
    let bytes = signature_bytes(key, signature)?;
    let Algorithm::AsymmetricSignature(alg) = key.attributes.key_policy.key_algorithm else {
        return Ok(bytes);
    };
    if !is_verified_here(key, &alg) {
        return Ok(bytes);
    }
    let Some(SignHash::Specific(hash_alg)) = alg.sign_hash() else {
        return Ok(bytes);
    };
    let hash = parsec_psa::hash(hash_alg, statement)?;
    if is_right(key, &alg, &hash, &bytes)? {
        return Ok(bytes);
    }
    match wrong_salt(key, &alg, hash_alg, &hash, &bytes)? {
        Some(length) => Err(ProviderError::not_supported(format_args!(
            "attestation with RSA PSS on this TPM, which takes a salt of {length} bytes but \
             verifiers expect one as long as the hash; generate the attestation key for PKCS #1 \
             v1.5 or ECDSA"
        ))),
        None => Err(wrong_signature()),
    }
}

/// Converts a signature to the wire format.
fn signature_bytes(key: &KeyContext, signature: Signature) -> Result<Vec<u8>, ProviderError> {
    let length = length_of(key);
    match signature {
        Signature::RsaSsa(signature) | Signature::RsaPss(signature) => {
            Ok(padded(signature.signature().value(), length))
        }
        Signature::EcDsa(signature) => {
            let mut bytes = padded(signature.signature_r().value(), length);
            bytes.extend(padded(signature.signature_s().value(), length));
            Ok(bytes)
        }
        _ => Err(ProviderError::new(
            Status::PsaErrorHardwareFailure,
            "the TPM returned a signature of another type",
        )),
    }
}

/// An unrestricted key signs any hash: the ticket says that the hash is not the TPM's own.
fn no_ticket() -> Result<HashcheckTicket, ProviderError> {
    HashcheckTicket::try_from(TPMT_TK_HASHCHECK {
        tag: tss_esapi::constants::tss::TPM2_ST_HASHCHECK,
        hierarchy: tss_esapi::constants::tss::TPM2_RH_NULL,
        digest: TPM2B_DIGEST::default(),
    })
    .map_err(failed("signing"))
}

#[cfg(test)]
mod tests;
