//! MGF1, the mask generation function of OAEP and PSS.

use parsec_contracts::Zeroizing;
use parsec_contracts::types::Hash;
use parsec_provider::ProviderError;

use crate::hashing;

/// Masks the bytes with MGF1 (RFC 8017, B.2.1) of the seed.
pub(crate) fn mask(hash: Hash, seed: &[u8], bytes: &mut [u8]) -> Result<(), ProviderError> {
    for (counter, piece) in bytes.chunks_mut(hash.length()).enumerate() {
        let input = Zeroizing::new([seed, &(counter as u32).to_be_bytes()].concat());
        let output = Zeroizing::new(hashing::compute(hash, &input)?);
        for (byte, mask) in piece.iter_mut().zip(output.iter()) {
            *byte ^= mask;
        }
    }
    Ok(())
}
