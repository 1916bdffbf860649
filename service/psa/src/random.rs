//! Random bytes from the operating system.

use chacha20::ChaCha20;
use cipher::{KeyIvInit as _, StreamCipher as _};
use parsec_contracts::types::Hash;
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::ProviderError;

use crate::engine::Engine;
use crate::hashing;

/// As many random bytes as asked for. Whether they fit into an answer the service has checked; here
/// is refused what fits into no memory.
pub(crate) fn generate(engine: &dyn Engine, size: u64) -> Result<Secret, ProviderError> {
    let fits = |size: &usize| Vec::<u8>::new().try_reserve_exact(*size).is_ok();
    let size = usize::try_from(size).ok().filter(fits).ok_or_else(|| {
        ProviderError::new(
            Status::ResponseTooLarge,
            format!("{size} random bytes are too many for one answer; ask for fewer"),
        )
    })?;
    engine.random(size)
}

/// A secret of that many random bytes from the operating system.
///
/// # Errors
///
/// `psa-error-insufficient-entropy` if it gives none.
pub fn secret(size: usize) -> Result<Secret, ProviderError> {
    let mut bytes = vec![0; size];
    getrandom::fill(&mut bytes).map_err(|error| {
        ProviderError::new(
            Status::PsaErrorInsufficientEntropy,
            "the operating system gives no random bytes; its log says why",
        )
        .with_source(error)
    })?;
    Ok(Secret::new(bytes))
}

/// The most bytes that one seed may become (as SP 800-90A, 10.1 limits a request).
pub const MOST_OF_A_SEED: usize = 64 * 1024;

/// Expands a seed from a device, mixed with as much from the operating system, to that many random
/// bytes, at most [`MOST_OF_A_SEED`]. Knowing one of the two sources tells nothing about them.
///
/// # Errors
///
/// As [`secret`].
pub fn expand(seed: &Secret, size: usize) -> Result<Secret, ProviderError> {
    let own = secret(32)?;
    let mixed = Zeroizing::new([seed.expose(), own.expose()].concat());
    let key = Zeroizing::new(hashing::compute(Hash::Sha256, &mixed)?);
    let too_much = || {
        ProviderError::invalid_argument(format!("{size} random bytes are too many for one seed"))
    };
    if size > MOST_OF_A_SEED {
        return Err(too_much());
    }
    let mut bytes = Zeroizing::new(vec![0; size]);
    // Each key is used once, so that the nonce may be the same.
    ChaCha20::new_from_slices(&key, &[0; 12])
        .map_err(|_| too_much())?
        .try_apply_keystream(&mut bytes)
        .map_err(|_| too_much())?;
    Ok(Secret::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_never_gives_the_same_bytes() {
        let seed = Secret::from(&[7; 32][..]);
        let first = expand(&seed, MOST_OF_A_SEED).unwrap();
        let second = expand(&seed, MOST_OF_A_SEED).unwrap();
        assert_eq!(first.len(), MOST_OF_A_SEED);
        assert_ne!(first.expose(), second.expose());
        assert_ne!(first.expose()[..32], first.expose()[32..64]);
        expand(&seed, MOST_OF_A_SEED + 1).unwrap_err();
    }
}
