//! Checks of imported keys, like those of `openssl rsa -check` and `openssl ec -check`, before a
//! library or device sees the key. Devices accept any data of the right length, and then make
//! signatures that do not verify, or verify signatures that nobody made.

mod invalid;
mod rsa;

use parsec_contracts::types::KeyType;
use parsec_provider::ProviderError;

use self::invalid::no_key;
use crate::curves::{self, is_private_number, is_public_point, number_length};
use crate::groups;

/// The size of a key pair or public key, from its encoding.
///
/// # Errors
///
/// `psa-error-invalid-argument` if the data is not an encoded key of that type.
pub(crate) fn size_of(key_type: &KeyType, data: &[u8]) -> Result<u32, ProviderError> {
    let length = data.len();
    let of_length = |sizes: Vec<u32>, length: Option<usize>| {
        sizes
            .into_iter()
            .find(|bits| Some(number_length(*bits)) == length)
            .ok_or_else(|| no_key(&format!("{} bytes are not a key", data.len())))
    };
    match key_type {
        KeyType::RsaPublicKey => rsa::public_size(data),
        KeyType::RsaKeyPair => rsa::pair_size(data),
        KeyType::EccKeyPair { curve_family } => {
            of_length(curves::sizes(*curve_family), Some(length))
        }
        KeyType::EccPublicKey { curve_family } => {
            let number = match curves::is_uncompressed(*curve_family) {
                true => (length % 2 == 1).then_some(length / 2),
                false => Some(length),
            };
            of_length(curves::sizes(*curve_family), number)
        }
        KeyType::DhKeyPair { .. } | KeyType::DhPublicKey { .. } => {
            of_length(groups::SIZES.to_vec(), Some(length))
        }
        _ => Err(ProviderError::not_supported("keys of that type")),
    }
}

/// Checks a key pair or public key of `bits` bits.
///
/// # Errors
///
/// `psa-error-invalid-argument` if the key is not valid, or others can sign or decrypt with it.
pub(crate) fn check(key_type: &KeyType, bits: u32, data: &[u8]) -> Result<(), ProviderError> {
    let (is_key, wrong) = match key_type {
        KeyType::RsaPublicKey => return rsa::check_public(data),
        KeyType::RsaKeyPair => return rsa::check_pair(data),
        KeyType::EccPublicKey { curve_family } => (
            is_public_point(*curve_family, bits, data),
            "it is not a point of the curve, encoded as 0x04, x and y (Edwards curves: RFC 8032)",
        ),
        KeyType::EccKeyPair { curve_family } => (
            is_private_number(*curve_family, bits, data),
            "the number is 0, or not below the curve's order",
        ),
        KeyType::DhKeyPair { .. } => (
            groups::is_private_key(bits, data),
            "the number is not between 1 and p - 1",
        ),
        KeyType::DhPublicKey { .. } => (
            groups::is_public_key(bits, data),
            "the number is not between 1 and p - 1",
        ),
        _ => return Err(ProviderError::not_supported("keys of that type")),
    };
    match is_key {
        true => Ok(()),
        false => Err(no_key(wrong)),
    }
}

/// Checks a public key that a device returned: its encoding, its size and its numbers.
///
/// # Errors
///
/// `psa-error-invalid-argument` if it is not a public key of that type and size; `key_type` may be
/// the type of the pair.
pub fn check_public_key(key_type: &KeyType, bits: u32, data: &[u8]) -> Result<(), ProviderError> {
    let public = match *key_type {
        KeyType::RsaKeyPair => KeyType::RsaPublicKey,
        KeyType::EccKeyPair { curve_family } => KeyType::EccPublicKey { curve_family },
        KeyType::DhKeyPair { group_family } => KeyType::DhPublicKey { group_family },
        public => public,
    };
    let found = size_of(&public, data)?;
    if found != bits {
        return Err(no_key(&format!("it has {found} bits, not {bits}")));
    }
    check(&public, bits, data)
}

#[cfg(test)]
mod tests;
