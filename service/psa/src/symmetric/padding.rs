//! PKCS #7 padding (RFC 5652, 6.3) of whole blocks.

use parsec_contracts::Status;
use parsec_provider::ProviderError;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _, ConstantTimeLess as _};

use super::block::BLOCK;

/// Pads the last bytes of the data, or an empty block.
pub(super) fn pad(rest: &[u8]) -> [u8; BLOCK] {
    let missing = BLOCK - rest.len();
    let mut block = [missing as u8; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block
}

/// The number of data bytes in the last block, computed in constant time.
pub(super) fn unpad(block: &[u8; BLOCK]) -> Result<usize, ProviderError> {
    let padding = block[BLOCK - 1];
    let mut valid: Choice = !padding.ct_eq(&0) & padding.ct_lt(&(BLOCK as u8 + 1));
    for (at, byte) in block.iter().enumerate() {
        let from_end = (BLOCK - at) as u8;
        let is_padding = from_end.ct_lt(&padding.wrapping_add(1));
        valid &= !is_padding | byte.ct_eq(&padding);
    }
    let length = u8::conditional_select(&0, &(BLOCK as u8).wrapping_sub(padding), valid);
    if valid.into() {
        Ok(length.into())
    } else {
        Err(ProviderError::new(
            Status::PsaErrorInvalidPadding,
            "the padding is not valid: the data or the key differs",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_removed() {
        for length in 0..BLOCK {
            let block = pad(&[0x55; BLOCK][..length]);
            assert_eq!(unpad(&block).unwrap(), length);
        }
    }

    #[test]
    fn other_padding_is_rejected() {
        for length in 0..BLOCK {
            let good = pad(&[0x55; BLOCK][..length]);
            for at in length..BLOCK - 1 {
                let mut bad = good;
                bad[at] ^= 0x80;
                assert!(unpad(&bad).is_err(), "{length} {at}");
            }
        }
        for last in [0, 17, 32, 128, 255] {
            assert!(unpad(&[last; BLOCK]).is_err(), "{last}");
        }
    }
}
