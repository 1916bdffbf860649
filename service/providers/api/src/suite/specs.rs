//! Attributes and algorithms of the cases.

use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash,
    UsageFlags,
};

pub(super) const SHA_256: SignHash = SignHash::Specific(Hash::Sha256);

pub(super) const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa { hash_alg: SHA_256 };
pub(super) const DETERMINISTIC: AsymmetricSignature =
    AsymmetricSignature::DeterministicEcdsa { hash_alg: SHA_256 };
pub(super) const PKCS1V15: AsymmetricSignature =
    AsymmetricSignature::RsaPkcs1v15Sign { hash_alg: SHA_256 };
pub(super) const PSS: AsymmetricSignature = AsymmetricSignature::RsaPss { hash_alg: SHA_256 };

pub(super) const SECP_R1: KeyType = KeyType::EccKeyPair {
    curve_family: EccFamily::SecpR1,
};
pub(super) const SECP_R1_PUBLIC: KeyType = KeyType::EccPublicKey {
    curve_family: EccFamily::SecpR1,
};

/// All usage flags of a signing key.
pub(super) fn signs() -> UsageFlags {
    UsageFlags {
        sign_hash: true,
        sign_message: true,
        ..verifies()
    }
}

/// All usage flags of a public key for signatures.
pub(super) fn verifies() -> UsageFlags {
    UsageFlags {
        verify_hash: true,
        verify_message: true,
        ..UsageFlags::default()
    }
}

/// A key that can only be exported.
pub(super) fn exports() -> UsageFlags {
    UsageFlags {
        export: true,
        ..UsageFlags::default()
    }
}

pub(super) fn attributes(
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

/// A key pair, or public key, for signatures with one algorithm.
pub(super) fn signing(key_type: KeyType, bits: u32, alg: AsymmetricSignature) -> KeyAttributes {
    let flags = match key_type {
        KeyType::EccPublicKey { .. } | KeyType::RsaPublicKey => verifies(),
        _ => signs(),
    };
    attributes(key_type, bits, flags, Algorithm::AsymmetricSignature(alg))
}

/// A key that can be exported, without an algorithm.
pub(super) fn exportable(key_type: KeyType, bits: u32) -> KeyAttributes {
    attributes(key_type, bits, exports(), Algorithm::None)
}

/// The same attributes with the export flag set.
pub(super) fn with_export(mut attributes: KeyAttributes) -> KeyAttributes {
    attributes.key_policy.key_usage_flags.export = true;
    attributes
}
