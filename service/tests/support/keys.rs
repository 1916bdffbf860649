//! Keys that the tests make.

use parsec_contracts::operations::{PsaGenerateKey, PsaImportKey};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash,
    UsageFlags,
};

/// ECDSA of a SHA-256 hash.
pub const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa {
    hash_alg: SignHash::Specific(Hash::Sha256),
};

/// Bytes that are good for nothing.
pub fn raw_key(name: &str) -> PsaGenerateKey {
    PsaGenerateKey {
        key_name: name.to_owned(),
        attributes: raw(16, UsageFlags::default()),
    }
}

/// Bytes that may leave again.
pub fn exportable(name: &str, data: &[u8]) -> PsaImportKey {
    let usage = UsageFlags {
        export: true,
        ..UsageFlags::default()
    };
    PsaImportKey {
        key_name: name.to_owned(),
        attributes: raw(data.len(), usage),
        data: data.into(),
    }
}

/// A key pair that signs hashes with [`ECDSA`].
pub fn p256(name: &str) -> PsaGenerateKey {
    PsaGenerateKey {
        key_name: name.to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::EccKeyPair {
                curve_family: EccFamily::SecpR1,
            },
            key_bits: 256,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    sign_hash: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::AsymmetricSignature(ECDSA),
            },
        },
    }
}

fn raw(length: usize, key_usage_flags: UsageFlags) -> KeyAttributes {
    KeyAttributes {
        key_type: KeyType::RawData,
        key_bits: u32::try_from(8 * length).unwrap(),
        key_policy: KeyPolicy {
            key_usage_flags,
            key_algorithm: Algorithm::None,
        },
    }
}
