//! Converts algorithms of the contracts into those of the TPM.

use parsec_contracts::types::{AsymmetricEncryption, Cipher, EccFamily, Hash};
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, SymmetricMode};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::key_bits::RsaKeyBits;
use tss_esapi::structures::{HashScheme, RsaDecryptionScheme};

pub(crate) fn hash(hash: Hash) -> Option<HashingAlgorithm> {
    Some(match hash {
        Hash::Sha1 => HashingAlgorithm::Sha1,
        Hash::Sha256 => HashingAlgorithm::Sha256,
        Hash::Sha384 => HashingAlgorithm::Sha384,
        Hash::Sha512 => HashingAlgorithm::Sha512,
        Hash::Sha3_256 => HashingAlgorithm::Sha3_256,
        Hash::Sha3_384 => HashingAlgorithm::Sha3_384,
        Hash::Sha3_512 => HashingAlgorithm::Sha3_512,
        _ => return None,
    })
}

pub(crate) fn curve(family: EccFamily, bits: u32) -> Option<EccCurve> {
    Some(match (family, bits) {
        (EccFamily::SecpR1, 192) => EccCurve::NistP192,
        (EccFamily::SecpR1, 224) => EccCurve::NistP224,
        (EccFamily::SecpR1, 256) => EccCurve::NistP256,
        (EccFamily::SecpR1, 384) => EccCurve::NistP384,
        (EccFamily::SecpR1, 521) => EccCurve::NistP521,
        _ => return None,
    })
}

pub(crate) fn rsa_bits(bits: u32) -> Option<RsaKeyBits> {
    RsaKeyBits::try_from(u16::try_from(bits).ok()?).ok()
}

pub(crate) fn encryption(alg: &AsymmetricEncryption) -> Option<RsaDecryptionScheme> {
    Some(match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => RsaDecryptionScheme::RsaEs,
        AsymmetricEncryption::RsaOaep { hash_alg } => {
            RsaDecryptionScheme::Oaep(HashScheme::new(hash(*hash_alg)?))
        }
        _ => return None,
    })
}

pub(crate) fn cipher_mode(alg: Cipher) -> Option<SymmetricMode> {
    Some(match alg {
        Cipher::Ctr => SymmetricMode::Ctr,
        Cipher::Cfb => SymmetricMode::Cfb,
        Cipher::Ofb => SymmetricMode::Ofb,
        Cipher::CbcNoPadding => SymmetricMode::Cbc,
        Cipher::EcbNoPadding => SymmetricMode::Ecb,
        _ => return None,
    })
}
