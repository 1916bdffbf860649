//! Names and classes of key types.

use parsec_contracts::types::KeyType;

/// The plural name of a key type, for messages.
pub fn describe(key_type: &KeyType) -> String {
    let name = match key_type {
        KeyType::RawData => "raw data",
        KeyType::Hmac => "HMAC keys",
        KeyType::Derive => "keys to derive from",
        KeyType::Aes => "AES keys",
        KeyType::Des => "DES keys",
        KeyType::Camellia => "Camellia keys",
        KeyType::Arc4 => "ARC4 keys",
        KeyType::Chacha20 => "ChaCha20 keys",
        KeyType::RsaPublicKey => "RSA public keys",
        KeyType::RsaKeyPair => "RSA key pairs",
        KeyType::EccKeyPair { curve_family } => {
            return format!("{} key pairs", curve_family.name());
        }
        KeyType::EccPublicKey { curve_family } => {
            return format!("{} public keys", curve_family.name());
        }
        KeyType::DhKeyPair { .. } => "Diffie-Hellman key pairs",
        KeyType::DhPublicKey { .. } => "Diffie-Hellman public keys",
        _ => "keys of that type",
    };
    name.to_owned()
}

/// Whether the type is a public key without its private key.
pub fn is_public(key_type: &KeyType) -> bool {
    matches!(
        key_type,
        KeyType::RsaPublicKey | KeyType::EccPublicKey { .. } | KeyType::DhPublicKey { .. }
    )
}
