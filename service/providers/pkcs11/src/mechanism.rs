//! The contracts' words in PKCS #11's.

use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::types::Ulong;
use parsec_contracts::types::Hash;

/// A hash function as a token knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenHash {
    pub(crate) mechanism: MechanismType,
    pub(crate) mgf: PkcsMgfType,
    pub(crate) hmac: MechanismType,
}

/// The hash functions that PKCS #11 v2.40 has for RSA-PSS, RSA-OAEP and HMAC alike.
pub(crate) fn hash(hash: Hash) -> Option<TokenHash> {
    let (mechanism, mgf, hmac) = match hash {
        Hash::Sha1 => (
            MechanismType::SHA1,
            PkcsMgfType::MGF1_SHA1,
            MechanismType::SHA1_HMAC,
        ),
        Hash::Sha224 => (
            MechanismType::SHA224,
            PkcsMgfType::MGF1_SHA224,
            MechanismType::SHA224_HMAC,
        ),
        Hash::Sha256 => (
            MechanismType::SHA256,
            PkcsMgfType::MGF1_SHA256,
            MechanismType::SHA256_HMAC,
        ),
        Hash::Sha384 => (
            MechanismType::SHA384,
            PkcsMgfType::MGF1_SHA384,
            MechanismType::SHA384_HMAC,
        ),
        Hash::Sha512 => (
            MechanismType::SHA512,
            PkcsMgfType::MGF1_SHA512,
            MechanismType::SHA512_HMAC,
        ),
        _ => return None,
    };
    Some(TokenHash {
        mechanism,
        mgf,
        hmac,
    })
}

/// HMAC with that hash function.
pub(crate) fn hmac(hash: Hash) -> Option<Mechanism<'static>> {
    Some(match hash {
        Hash::Sha1 => Mechanism::Sha1Hmac,
        Hash::Sha224 => Mechanism::Sha224Hmac,
        Hash::Sha256 => Mechanism::Sha256Hmac,
        Hash::Sha384 => Mechanism::Sha384Hmac,
        Hash::Sha512 => Mechanism::Sha512Hmac,
        _ => return None,
    })
}

/// ECDSA over a message, with that hash function.
pub(crate) fn ecdsa_of(hash: Hash) -> Option<Mechanism<'static>> {
    Some(match hash {
        Hash::Sha1 => Mechanism::EcdsaSha1,
        Hash::Sha224 => Mechanism::EcdsaSha224,
        Hash::Sha256 => Mechanism::EcdsaSha256,
        Hash::Sha384 => Mechanism::EcdsaSha384,
        Hash::Sha512 => Mechanism::EcdsaSha512,
        _ => return None,
    })
}

/// RSA PKCS #1 v1.5 over a message, with that hash function.
pub(crate) fn pkcs1v15_of(hash: Hash) -> Option<Mechanism<'static>> {
    Some(match hash {
        Hash::Sha1 => Mechanism::Sha1RsaPkcs,
        Hash::Sha224 => Mechanism::Sha224RsaPkcs,
        Hash::Sha256 => Mechanism::Sha256RsaPkcs,
        Hash::Sha384 => Mechanism::Sha384RsaPkcs,
        Hash::Sha512 => Mechanism::Sha512RsaPkcs,
        _ => return None,
    })
}

/// RSA-PSS over a message, with that hash function and a salt of that length.
pub(crate) fn pss_of(hash_alg: Hash, salt: usize) -> Option<Mechanism<'static>> {
    let parameters = pss(hash_alg, salt)?;
    Some(match hash_alg {
        Hash::Sha1 => Mechanism::Sha1RsaPkcsPss(parameters),
        Hash::Sha256 => Mechanism::Sha256RsaPkcsPss(parameters),
        Hash::Sha384 => Mechanism::Sha384RsaPkcsPss(parameters),
        Hash::Sha512 => Mechanism::Sha512RsaPkcsPss(parameters),
        // The binding has no name for SHA-224.
        _ => return None,
    })
}

/// The parameters of RSA-PSS with a salt of that length.
pub(crate) fn pss(hash_alg: Hash, salt: usize) -> Option<PkcsPssParams> {
    let known = hash(hash_alg)?;
    Some(PkcsPssParams {
        hash_alg: known.mechanism,
        mgf: known.mgf,
        s_len: Ulong::from(salt as u64),
    })
}
