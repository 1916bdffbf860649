//! EMSA-PSS (RFC 8017, 9.1) over a device's raw RSA operation. The salt is as long as the hash, or
//! shorter if the key has less room.

use parsec_contracts::types::Hash;
use parsec_provider::ProviderError;
use subtle::ConstantTimeEq as _;

use crate::mgf::mask;
use crate::{hashing, random};

const TRAILER: u8 = 0xbc;
const ZEROS: [u8; 8] = [0; 8];

/// The length in bytes of the encoded message, which is one bit shorter than the modulus.
fn encoded_length(modulus_bits: u32) -> usize {
    (modulus_bits.saturating_sub(1) as usize).div_ceil(8)
}

/// Clears the bits of the first byte that exceed the encoded message.
fn first_byte_mask(modulus_bits: u32) -> u8 {
    let unused = 8 * encoded_length(modulus_bits) - modulus_bits.saturating_sub(1) as usize;
    0xff >> unused
}

/// The length of the salt; `None` if the key has no room for a signature with this hash.
pub fn salt_length(hash: Hash, modulus_bits: u32) -> Option<usize> {
    let room = encoded_length(modulus_bits).checked_sub(hash.length() + 2)?;
    Some(room.min(hash.length()))
}

/// Encodes a hash with a random salt, to the length of the modulus.
///
/// # Errors
///
/// `psa-error-not-supported` if the hash function is not supported or the key is too small for it;
/// `psa-error-insufficient-entropy` if no salt can be drawn.
pub fn encode(hash: Hash, digest: &[u8], modulus_bits: u32) -> Result<Vec<u8>, ProviderError> {
    let length = salt_length(hash, modulus_bits).ok_or_else(|| {
        ProviderError::not_supported(format_args!(
            "RSA PSS with {} and a key of {modulus_bits} bits",
            hash.name()
        ))
    })?;
    let salt = random::secret(length)?;
    let seed = salted(hash, digest, salt.expose())?;
    let mut block = vec![0; encoded_length(modulus_bits) - hash.length() - length - 2];
    block.push(1);
    block.extend_from_slice(salt.expose());
    mask(hash, &seed, &mut block)?;
    block[0] &= first_byte_mask(modulus_bits);
    block.extend(seed);
    block.push(TRAILER);
    let zeros = (modulus_bits as usize).div_ceil(8) - block.len();
    block.splice(..0, std::iter::repeat_n(0, zeros));
    Ok(block)
}

/// The length of the salt in an encoded message that matches the hash; `None` if it does not match.
///
/// # Errors
///
/// `psa-error-not-supported` if the hash function is not supported.
pub fn salt_in(
    hash: Hash,
    digest: &[u8],
    block: &[u8],
    modulus_bits: u32,
) -> Result<Option<usize>, ProviderError> {
    let length = encoded_length(modulus_bits);
    let Some((zeros, encoded)) = block.split_at_checked(block.len().saturating_sub(length)) else {
        return Ok(None);
    };
    let Some((&TRAILER, encoded)) = encoded.split_last() else {
        return Ok(None);
    };
    let Some(begin) = encoded.len().checked_sub(hash.length()) else {
        return Ok(None);
    };
    let (masked, seed) = encoded.split_at(begin);
    let allowed = first_byte_mask(modulus_bits);
    let starts_right = masked.first().is_some_and(|byte| byte & !allowed == 0);
    if !starts_right || zeros.iter().any(|byte| *byte != 0) {
        return Ok(None);
    }
    let mut padded = masked.to_vec();
    mask(hash, seed, &mut padded)?;
    padded[0] &= allowed;
    let Some(one) = padded.iter().position(|byte| *byte != 0) else {
        return Ok(None);
    };
    let salt = &padded[one + 1..];
    let is_right = padded[one] == 1 && bool::from(salted(hash, digest, salt)?.ct_eq(seed));
    Ok(is_right.then_some(salt.len()))
}

fn salted(hash: Hash, digest: &[u8], salt: &[u8]) -> Result<Vec<u8>, ProviderError> {
    hashing::compute(hash, &[&ZEROS, digest, salt].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_hash_matches_only_itself() {
        for bits in [1024, 1031, 2047, 2048, 2049] {
            for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha512] {
                let digest = vec![7; hash.length()];
                let block = encode(hash, &digest, bits).unwrap();
                assert_eq!(block.len(), (bits as usize).div_ceil(8));
                let salt = salt_in(hash, &digest, &block, bits).unwrap();
                assert_eq!(salt, salt_length(hash, bits), "{bits} {hash:?}");
                assert!(salt.is_some());
                let other = vec![8; hash.length()];
                assert_eq!(salt_in(hash, &other, &block, bits).unwrap(), None);
                for index in [0, block.len() / 2, block.len() - 1] {
                    let mut changed = block.clone();
                    changed[index] ^= 0x80;
                    assert_eq!(salt_in(hash, &digest, &changed, bits).unwrap(), None);
                }
            }
        }
    }

    #[test]
    fn a_small_key_has_a_shorter_salt_or_none() {
        assert_eq!(salt_length(Hash::Sha512, 2048), Some(64));
        assert_eq!(salt_length(Hash::Sha512, 1024), Some(62));
        assert_eq!(salt_length(Hash::Sha512, 512), None);
        encode(Hash::Sha512, &[0; 64], 512).unwrap_err();
    }

    #[test]
    fn a_malformed_block_has_no_salt() {
        for block in [&[][..], &[TRAILER], &[0; 256], &[0xff; 256]] {
            let found = salt_in(Hash::Sha256, &[0; 32], block, 2048).unwrap();
            assert_eq!(found, None);
        }
    }
}
