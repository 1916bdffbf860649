//! Keys for many tests.

use parsec_contracts::operations::{PsaGenerateKey, PsaImportKey, PsaSignHash, PsaVerifyHash};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash,
    UsageFlags,
};

/// ECDSA over SHA-256.
pub fn ecdsa_sha256() -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa {
        hash_alg: SignHash::Specific(Hash::Sha256),
    }
}

/// RSA PKCS#1 v1.5 over SHA-256.
pub fn rsa_sha256() -> AsymmetricSignature {
    AsymmetricSignature::RsaPkcs1v15Sign {
        hash_alg: SignHash::Specific(Hash::Sha256),
    }
}

/// Returns attributes of a key.
pub fn attributes(
    key_type: KeyType,
    key_bits: u32,
    key_usage_flags: UsageFlags,
    key_algorithm: Algorithm,
) -> KeyAttributes {
    KeyAttributes {
        key_type,
        key_bits,
        key_policy: KeyPolicy {
            key_usage_flags,
            key_algorithm,
        },
    }
}

/// Returns attributes of an exportable P-256 key pair that signs and verifies.
pub fn ecdsa_p256() -> KeyAttributes {
    signing(
        KeyType::EccKeyPair {
            curve_family: EccFamily::SecpR1,
        },
        256,
        ecdsa_sha256(),
    )
}

/// Returns attributes of an RSA key pair of this size that signs and verifies.
pub fn rsa(bits: u32) -> KeyAttributes {
    signing(KeyType::RsaKeyPair, bits, rsa_sha256())
}

/// Generates a key.
pub fn generate(name: &str, attributes: KeyAttributes) -> PsaGenerateKey {
    PsaGenerateKey {
        key_name: name.to_owned(),
        attributes,
    }
}

/// Signs with a P-256 key.
pub fn sign(name: &str, hash: &[u8]) -> PsaSignHash {
    PsaSignHash {
        key_name: name.to_owned(),
        alg: ecdsa_sha256(),
        hash: hash.to_vec(),
    }
}

/// Verifies a signature with a P-256 key.
pub fn verify(name: &str, hash: &[u8], signature: &[u8]) -> PsaVerifyHash {
    PsaVerifyHash {
        key_name: name.to_owned(),
        alg: ecdsa_sha256(),
        hash: hash.to_vec(),
        signature: signature.to_vec(),
    }
}

/// Generates a P-256 key pair that only signs hashes.
pub fn signer(name: &str) -> PsaGenerateKey {
    let mut attributes = ecdsa_p256();
    attributes.key_policy.key_usage_flags = UsageFlags {
        sign_hash: true,
        ..UsageFlags::default()
    };
    generate(name, attributes)
}

/// Returns attributes of raw data with an empty policy.
pub fn raw(name: &str) -> PsaGenerateKey {
    generate(name, raw_data(16, UsageFlags::default()))
}

/// Imports bytes as an exportable key.
pub fn exportable(name: &str, data: &[u8]) -> PsaImportKey {
    let usage = UsageFlags {
        export: true,
        ..UsageFlags::default()
    };
    PsaImportKey {
        key_name: name.to_owned(),
        attributes: raw_data(data.len(), usage),
        data: data.into(),
    }
}

fn raw_data(length: usize, usage: UsageFlags) -> KeyAttributes {
    let bits = u32::try_from(8 * length).expect("a short key");
    attributes(KeyType::RawData, bits, usage, Algorithm::None)
}

/// Returns attributes of an exportable key pair that signs and verifies with this algorithm.
pub fn signing(key_type: KeyType, key_bits: u32, alg: AsymmetricSignature) -> KeyAttributes {
    let usage = UsageFlags {
        export: true,
        sign_hash: true,
        verify_hash: true,
        sign_message: true,
        verify_message: true,
        ..UsageFlags::default()
    };
    attributes(
        key_type,
        key_bits,
        usage,
        Algorithm::AsymmetricSignature(alg),
    )
}
