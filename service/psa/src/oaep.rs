//! RSA-OAEP (RFC 8017, 7.1) over a device's raw RSA operation, for labels and hash functions that
//! the device does not support.

use parsec_contracts::types::Hash;
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::ProviderError;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use crate::mgf::mask;
use crate::{hashing, random};

/// Pads a message for a modulus of `length` bytes. The caller has checked that it fits.
///
/// # Errors
///
/// `psa-error-not-supported` if the hash function is not supported, `psa-error-invalid-argument` if
/// the message does not fit.
pub fn pad(
    hash: Hash,
    label: &[u8],
    message: &[u8],
    length: usize,
) -> Result<Secret, ProviderError> {
    let size = hash.length();
    let zeros = length
        .checked_sub(message.len() + 2 * size + 2)
        .ok_or_else(|| ProviderError::invalid_argument("plaintext: is too long for the key"))?;
    let mut block = Zeroizing::new(hashing::compute(hash, label)?);
    block.extend(std::iter::repeat_n(0, zeros));
    block.push(1);
    block.extend_from_slice(message);
    let mut seed = Zeroizing::new(random::secret(size)?.into_vec());
    mask(hash, &seed, &mut block)?;
    mask(hash, &block, &mut seed)?;
    let mut padded = Zeroizing::new(vec![0]);
    padded.extend_from_slice(&seed);
    padded.extend_from_slice(&block);
    Ok(Secret::from(padded))
}

/// Removes the padding. Neither the error nor the duration depends on what is wrong with it; the
/// duration depends on the length of a valid message.
///
/// # Errors
///
/// `psa-error-invalid-padding` if the padding is not valid.
pub fn unpad(hash: Hash, label: &[u8], padded: &Secret) -> Result<Secret, ProviderError> {
    let size = hash.length();
    let expected = hashing::compute(hash, label)?;
    let bytes = padded.expose();
    if bytes.len() < 2 * size + 2 {
        return Err(wrong_padding());
    }
    let (first, rest) = bytes.split_at(1);
    let (seed, block) = rest.split_at(size);
    let mut seed = Zeroizing::new(seed.to_vec());
    let mut block = Zeroizing::new(block.to_vec());
    mask(hash, &block, &mut seed)?;
    mask(hash, &seed, &mut block)?;

    let mut right = first[0].ct_eq(&0) & block[..size].ct_eq(&expected);
    let mut searching = Choice::from(1);
    let mut begin = 0u32;
    for (index, byte) in block.iter().enumerate().skip(size) {
        let is_one = byte.ct_eq(&1);
        begin = u32::conditional_select(&begin, &(index as u32 + 1), searching & is_one);
        // Only zeros precede the one.
        right &= !searching | is_one | byte.ct_eq(&0);
        searching &= !is_one;
    }
    right &= !searching;
    if !bool::from(right) {
        return Err(wrong_padding());
    }
    Ok(Secret::from(&block[begin as usize..]))
}

/// The error for every invalid ciphertext; it reveals nothing about the cause.
pub fn wrong_padding() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidPadding,
        "the ciphertext does not decrypt under this key",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oaep_padding_is_removed_only_with_its_label() {
        for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha512] {
            for message in [&b""[..], b"sample", &[1; 100]] {
                let padded = pad(hash, b"label", message, 256).unwrap();
                assert_eq!(padded.len(), 256);
                let found = unpad(hash, b"label", &padded).unwrap();
                assert_eq!(found.expose(), message);
                unpad(hash, b"other", &padded).unwrap_err();
                unpad(hash, b"", &padded).unwrap_err();
            }
        }
    }

    #[test]
    fn every_modification_returns_the_same_error() {
        let padded = pad(Hash::Sha256, b"", b"sample", 128).unwrap();
        for index in 0..128 {
            let mut changed = padded.expose().to_vec();
            changed[index] ^= 0x80;
            let error = unpad(Hash::Sha256, b"", &Secret::new(changed));
            // A flipped bit in the message itself is covered by the mask of the seed.
            assert_eq!(
                format!("{:?}", error.unwrap_err()),
                format!("{:?}", wrong_padding())
            );
        }
    }

    #[test]
    fn a_message_that_does_not_fit_is_rejected() {
        pad(Hash::Sha256, b"", &[0; 62], 128).unwrap();
        pad(Hash::Sha256, b"", &[0; 63], 128).unwrap_err();
        unpad(Hash::Sha256, b"", &Secret::new(vec![0; 65])).unwrap_err();
    }
}
