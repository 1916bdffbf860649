//! Keys that are byte strings.

use parsec_contracts::Secret;
use parsec_contracts::types::KeyType;
use parsec_provider::ProviderError;

use crate::random;

/// The largest size that the PSA Crypto API can express in whole bytes (`PSA_MAX_KEY_BITS`).
const MAX_BITS: u32 = 0xfff8;

/// Whether keys of this type are byte strings.
pub(crate) fn is_plain(key_type: &KeyType) -> bool {
    matches!(
        key_type,
        KeyType::RawData
            | KeyType::Hmac
            | KeyType::Derive
            | KeyType::Aes
            | KeyType::Camellia
            | KeyType::Des
            | KeyType::Chacha20
    )
}

/// Whether keys of this type and size exist.
pub(crate) fn has_size(key_type: &KeyType, bits: u32) -> bool {
    match key_type {
        KeyType::RawData | KeyType::Hmac | KeyType::Derive => {
            bits != 0 && bits <= MAX_BITS && bits.is_multiple_of(8)
        }
        KeyType::Aes | KeyType::Camellia => matches!(bits, 128 | 192 | 256),
        KeyType::Des => matches!(bits, 64 | 128 | 192),
        KeyType::Chacha20 => bits == 256,
        _ => false,
    }
}

/// Generates a key of a checked size.
pub(crate) fn generate(key_type: &KeyType, bits: u32) -> Result<Secret, ProviderError> {
    Ok(from_bytes(
        key_type,
        random::secret(bits.div_ceil(8) as usize)?,
    ))
}

/// Makes a key from random bytes.
pub(crate) fn from_bytes(key_type: &KeyType, secret: Secret) -> Secret {
    if !matches!(key_type, KeyType::Des) {
        return secret;
    }
    let mut bytes = secret.into_vec();
    for byte in &mut bytes {
        // The lowest bit makes the parity odd.
        *byte ^= 1 - (byte.count_ones() % 2) as u8;
    }
    Secret::new(bytes)
}

/// The size of an imported key.
pub(crate) fn size_of(key_type: &KeyType, data: &[u8]) -> Result<u32, ProviderError> {
    u32::try_from(data.len())
        .ok()
        .and_then(|bytes| bytes.checked_mul(8))
        .filter(|bits| has_size(key_type, *bits))
        .ok_or_else(|| {
            ProviderError::invalid_argument(format!(
                "{} bytes is not a valid size for a key of that type",
                data.len()
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn des_keys_have_odd_parity() {
        for _ in 0..20 {
            let key = generate(&KeyType::Des, 192).unwrap();
            assert_eq!(key.len(), 24);
            assert!(key.expose().iter().all(|byte| byte.count_ones() % 2 == 1));
        }
    }
}
