//! Converts the types of the contracts to those of `psa-crypto`, and its errors to statuses.

#![allow(deprecated)] // Weak hashes and curves have names, so that old data can be read.

use parsec_contracts::Status;
use parsec_contracts::types::{
    Algorithm, AsymmetricEncryption, AsymmetricSignature, DhFamily, EccFamily, Hash, KeyAttributes,
    KeyType, RawKeyAgreement, SignHash,
};
use parsec_provider::ProviderError;
use psa_crypto::types::status::Error;
use psa_crypto::types::{algorithm as alg, key};

/// The attributes with which a key is loaded.
///
/// The key's policy has been checked already. The library requires an algorithm, and gets every
/// usage flag because it treats signing a message as signing a hash.
pub(super) fn attributes(attributes: &KeyAttributes) -> Result<key::Attributes, ProviderError> {
    let permitted_algorithms = match &attributes.key_policy.key_algorithm {
        Algorithm::AsymmetricSignature(alg) => signature(alg)?.into(),
        Algorithm::AsymmetricEncryption(alg) => encryption(alg)?.into(),
        Algorithm::KeyAgreement(alg) => alg::KeyAgreement::Raw(raw_agreement(alg.raw())?).into(),
        _ => alg::Algorithm::None,
    };
    let mut usage_flags = key::UsageFlags::default();
    usage_flags
        .set_sign_hash()
        .set_verify_hash()
        .set_encrypt()
        .set_decrypt()
        .set_derive();
    Ok(key::Attributes {
        lifetime: key::Lifetime::Volatile,
        key_type: key_type(&attributes.key_type)?,
        bits: attributes.key_bits as usize,
        policy: key::Policy {
            usage_flags,
            permitted_algorithms,
        },
    })
}

pub(super) fn raw_agreement(
    agreement: RawKeyAgreement,
) -> Result<alg::RawKeyAgreement, ProviderError> {
    match agreement {
        RawKeyAgreement::Ecdh => Ok(alg::RawKeyAgreement::Ecdh),
        RawKeyAgreement::Ffdh => Ok(alg::RawKeyAgreement::Ffdh),
        #[allow(unreachable_patterns)] // The contracts may gain agreements.
        other => Err(unknown(other)),
    }
}

pub(super) fn encryption(
    encryption: &AsymmetricEncryption,
) -> Result<alg::AsymmetricEncryption, ProviderError> {
    match encryption {
        AsymmetricEncryption::RsaPkcs1v15Crypt => Ok(alg::AsymmetricEncryption::RsaPkcs1v15Crypt),
        AsymmetricEncryption::RsaOaep { hash_alg } => Ok(alg::AsymmetricEncryption::RsaOaep {
            hash_alg: hash(*hash_alg)?,
        }),
        #[allow(unreachable_patterns)] // The contracts may gain algorithms.
        other => Err(unknown(other)),
    }
}

pub(super) fn key_type(key_type: &KeyType) -> Result<key::Type, ProviderError> {
    Ok(match key_type {
        KeyType::RsaPublicKey => key::Type::RsaPublicKey,
        KeyType::RsaKeyPair => key::Type::RsaKeyPair,
        KeyType::EccKeyPair { curve_family } => key::Type::EccKeyPair {
            curve_family: ecc_family(*curve_family)?,
        },
        KeyType::EccPublicKey { curve_family } => key::Type::EccPublicKey {
            curve_family: ecc_family(*curve_family)?,
        },
        KeyType::DhKeyPair { group_family } => key::Type::DhKeyPair {
            group_family: dh_family(*group_family)?,
        },
        KeyType::DhPublicKey { group_family } => key::Type::DhPublicKey {
            group_family: dh_family(*group_family)?,
        },
        other => return Err(unknown(other)),
    })
}

fn ecc_family(family: EccFamily) -> Result<key::EccFamily, ProviderError> {
    Ok(match family {
        EccFamily::SecpK1 => key::EccFamily::SecpK1,
        EccFamily::SecpR1 => key::EccFamily::SecpR1,
        EccFamily::BrainpoolPR1 => key::EccFamily::BrainpoolPR1,
        EccFamily::Montgomery => key::EccFamily::Montgomery,
        other => return Err(unknown(other)),
    })
}

fn dh_family(family: DhFamily) -> Result<key::DhFamily, ProviderError> {
    match family {
        DhFamily::Rfc7919 => Ok(key::DhFamily::Rfc7919),
        #[allow(unreachable_patterns)] // The contracts may gain families.
        other => Err(unknown(other)),
    }
}

pub(super) fn signature(
    signature: &AsymmetricSignature,
) -> Result<alg::AsymmetricSignature, ProviderError> {
    Ok(match signature {
        AsymmetricSignature::RsaPkcs1v15Sign { hash_alg } => {
            alg::AsymmetricSignature::RsaPkcs1v15Sign {
                hash_alg: sign_hash(*hash_alg)?,
            }
        }
        AsymmetricSignature::RsaPkcs1v15SignRaw => alg::AsymmetricSignature::RsaPkcs1v15SignRaw,
        AsymmetricSignature::RsaPss { hash_alg } => alg::AsymmetricSignature::RsaPss {
            hash_alg: sign_hash(*hash_alg)?,
        },
        AsymmetricSignature::Ecdsa { hash_alg } => alg::AsymmetricSignature::Ecdsa {
            hash_alg: sign_hash(*hash_alg)?,
        },
        AsymmetricSignature::EcdsaAny => alg::AsymmetricSignature::EcdsaAny,
        AsymmetricSignature::DeterministicEcdsa { hash_alg } => {
            alg::AsymmetricSignature::DeterministicEcdsa {
                hash_alg: sign_hash(*hash_alg)?,
            }
        }
        other => return Err(unknown(other)),
    })
}

fn sign_hash(sign_hash: SignHash) -> Result<alg::SignHash, ProviderError> {
    Ok(match sign_hash {
        SignHash::Any => alg::SignHash::Any,
        SignHash::Specific(specific) => alg::SignHash::Specific(hash(specific)?),
        other => return Err(unknown(other)),
    })
}

fn hash(hash: Hash) -> Result<alg::Hash, ProviderError> {
    Ok(match hash {
        Hash::Md2 => alg::Hash::Md2,
        Hash::Md4 => alg::Hash::Md4,
        Hash::Md5 => alg::Hash::Md5,
        Hash::Ripemd160 => alg::Hash::Ripemd160,
        Hash::Sha1 => alg::Hash::Sha1,
        Hash::Sha224 => alg::Hash::Sha224,
        Hash::Sha256 => alg::Hash::Sha256,
        Hash::Sha384 => alg::Hash::Sha384,
        Hash::Sha512 => alg::Hash::Sha512,
        Hash::Sha512_224 => alg::Hash::Sha512_224,
        Hash::Sha512_256 => alg::Hash::Sha512_256,
        Hash::Sha3_224 => alg::Hash::Sha3_224,
        Hash::Sha3_256 => alg::Hash::Sha3_256,
        Hash::Sha3_384 => alg::Hash::Sha3_384,
        Hash::Sha3_512 => alg::Hash::Sha3_512,
        other => return Err(unknown(other)),
    })
}

fn unknown(what: impl std::fmt::Display) -> ProviderError {
    ProviderError::not_supported(format_args!("{what}"))
}

/// The library's error, for the client.
pub(super) fn failed(what: &str, error: Error) -> ProviderError {
    ProviderError::new(status(error), format!("{what} failed: {error}")).with_source(error)
}

fn status(error: Error) -> Status {
    match error {
        Error::GenericError => Status::PsaErrorGenericError,
        Error::NotSupported => Status::PsaErrorNotSupported,
        Error::NotPermitted => Status::PsaErrorNotPermitted,
        Error::BufferTooSmall => Status::PsaErrorBufferTooSmall,
        Error::AlreadyExists => Status::PsaErrorAlreadyExists,
        Error::DoesNotExist => Status::PsaErrorDoesNotExist,
        Error::BadState => Status::PsaErrorBadState,
        Error::InvalidArgument => Status::PsaErrorInvalidArgument,
        Error::InsufficientMemory => Status::PsaErrorInsufficientMemory,
        Error::InsufficientStorage => Status::PsaErrorInsufficientStorage,
        Error::CommunicationFailure => Status::PsaErrorCommunicationFailure,
        Error::StorageFailure => Status::PsaErrorStorageFailure,
        Error::DataCorrupt => Status::PsaErrorDataCorrupt,
        Error::DataInvalid => Status::PsaErrorDataInvalid,
        Error::HardwareFailure => Status::PsaErrorHardwareFailure,
        Error::CorruptionDetected => Status::PsaErrorCorruptionDetected,
        Error::InsufficientEntropy => Status::PsaErrorInsufficientEntropy,
        Error::InvalidSignature => Status::PsaErrorInvalidSignature,
        Error::InvalidPadding => Status::PsaErrorInvalidPadding,
        Error::InsufficientData => Status::PsaErrorInsufficientData,
        Error::InvalidHandle => Status::PsaErrorInvalidHandle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_match_the_error_codes_of_the_library() {
        for code in 132..=153_i32 {
            let from_library = psa_crypto::types::status::Status::from(-code).to_result();
            let Err(error) = from_library else {
                panic!("-{code} is no error")
            };
            let expected = match code {
                // No error of the API has this code.
                144 => Status::PsaErrorGenericError.number(),
                code => u16::try_from(1000 + code).unwrap(),
            };
            assert_eq!(status(error).number(), expected);
        }
    }
}
