//! PKCS #11 mechanisms and parameters for the algorithms of the contracts.

use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::types::Ulong;
use parsec_contracts::types::{Cipher, Hash};
use parsec_provider::ProviderError;
use parsec_psa::BLOCK;

/// The default tag length of GCM in bytes.
pub(crate) const GCM_TAG: u32 = 16;
/// The tag lengths of GCM in bytes (NIST SP 800-38D, 5.2.1.2).
pub(crate) const GCM_TAGS: [u32; 7] = [4, 8, 12, 13, 14, 15, 16];

/// The mechanisms of a hash function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenHash {
    pub(crate) mechanism: MechanismType,
    pub(crate) mgf: PkcsMgfType,
    pub(crate) hmac: MechanismType,
}

/// The hash functions that PKCS #11 v2.40 supports for RSA-PSS, RSA-OAEP and HMAC.
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

/// HMAC with this hash function.
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

/// ECDSA over a message, with this hash function.
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

/// RSA PKCS #1 v1.5 over a message, with this hash function.
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

/// RSA-PSS over a message, with this hash function and salt length.
pub(crate) fn pss_of(hash_alg: Hash, salt: usize) -> Option<Mechanism<'static>> {
    let parameters = pss(hash_alg, salt)?;
    Some(match hash_alg {
        Hash::Sha1 => Mechanism::Sha1RsaPkcsPss(parameters),
        Hash::Sha256 => Mechanism::Sha256RsaPkcsPss(parameters),
        Hash::Sha384 => Mechanism::Sha384RsaPkcsPss(parameters),
        Hash::Sha512 => Mechanism::Sha512RsaPkcsPss(parameters),
        // The cryptoki crate has no name for SHA-224.
        _ => return None,
    })
}

/// The parameters of RSA-PSS with this salt length.
pub(crate) fn pss(hash_alg: Hash, salt: usize) -> Option<PkcsPssParams> {
    let known = hash(hash_alg)?;
    Some(PkcsPssParams {
        hash_alg: known.mechanism,
        mgf: known.mgf,
        s_len: Ulong::from(salt as u64),
    })
}

/// Pure EdDSA (RFC 8032), without a context.
pub(crate) fn eddsa() -> Mechanism<'static> {
    Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure))
}

/// `CK_AES_CTR_PARAMS`, which the cryptoki crate lacks.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct CounterParameters {
    counter_bits: std::ffi::c_ulong,
    block: [u8; BLOCK],
}

impl CounterParameters {
    pub(crate) fn new(block: [u8; BLOCK]) -> Self {
        Self {
            counter_bits: 128,
            block,
        }
    }
}

/// The mechanism type of an AES mode; `None` for modes that PKCS #11 lacks.
pub(crate) fn cipher_type(alg: Cipher) -> Option<MechanismType> {
    Some(match alg {
        Cipher::EcbNoPadding => MechanismType::AES_ECB,
        Cipher::CbcNoPadding => MechanismType::AES_CBC,
        Cipher::CbcPkcs7 => MechanismType::AES_CBC_PAD,
        Cipher::Ctr => MechanismType::AES_CTR,
        Cipher::Cfb => MechanismType::AES_CFB128,
        _ => return None,
    })
}

/// The mechanism of an AES mode. `counter` holds the same initialization vector, in the form that CTR and CFB
/// mechanisms borrow it.
pub(crate) fn cipher_mechanism(
    alg: Cipher,
    vector: [u8; BLOCK],
    counter: &CounterParameters,
) -> Result<Mechanism<'_>, ProviderError> {
    Ok(match alg {
        Cipher::EcbNoPadding => Mechanism::AesEcb,
        Cipher::CbcNoPadding => Mechanism::AesCbc(vector),
        Cipher::CbcPkcs7 => Mechanism::AesCbcPad(vector),
        Cipher::Ctr => Mechanism::VendorDefined(VendorDefinedMechanism::new(
            MechanismType::AES_CTR,
            Some(counter),
        )),
        Cipher::Cfb => Mechanism::VendorDefined(VendorDefinedMechanism::new(
            MechanismType::AES_CFB128,
            Some(&counter.block),
        )),
        other => return Err(ProviderError::not_supported(other.name())),
    })
}
