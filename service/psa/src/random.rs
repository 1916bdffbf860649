//! Random bytes from the operating system.

use chacha20::ChaCha20;
use cipher::{KeyIvInit as _, StreamCipher as _};
use parsec_contracts::types::Hash;
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::ProviderError;

use crate::engine::Engine;
use crate::hashing;

/// Returns this many random bytes. The service has checked that they fit into a response; an error
/// if they do not fit into memory.
pub(crate) fn generate(engine: &dyn Engine, size: u64) -> Result<Secret, ProviderError> {
    let fits = |size: &usize| Vec::<u8>::new().try_reserve_exact(*size).is_ok();
    let size = usize::try_from(size).ok().filter(fits).ok_or_else(|| {
        ProviderError::new(
            Status::ResponseTooLarge,
            format!("{size} random bytes are too many for one response; request fewer"),
        )
    })?;
    engine.random(size)
}

/// Returns a secret of this many random bytes from the operating system.
///
/// # Errors
///
/// `psa-error-insufficient-entropy` if the operating system returns none.
pub fn secret(size: usize) -> Result<Secret, ProviderError> {
    let mut bytes = vec![0; size];
    getrandom::fill(&mut bytes).map_err(|error| {
        ProviderError::new(
            Status::PsaErrorInsufficientEntropy,
            "the operating system returned no random bytes; see its log",
        )
        .with_source(error)
    })?;
    Ok(Secret::new(bytes))
}

/// The maximum number of bytes from one seed (as SP 800-90A, 10.1 limits a request).
pub const MAX_SEED_OUTPUT: usize = 64 * 1024;

/// Expands a seed from a device, mixed with as many bytes from the operating system, to `size`
/// random bytes, at most [`MAX_SEED_OUTPUT`]. One of the two sources alone reveals nothing about
/// the output.
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
    if size > MAX_SEED_OUTPUT {
        return Err(too_much());
    }
    let mut bytes = Zeroizing::new(vec![0; size]);
    // Each key is used once, so a fixed nonce is safe.
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
    fn the_output_differs_for_the_same_seed() {
        let seed = Secret::from(&[7; 32][..]);
        let first = expand(&seed, MAX_SEED_OUTPUT).unwrap();
        let second = expand(&seed, MAX_SEED_OUTPUT).unwrap();
        assert_eq!(first.len(), MAX_SEED_OUTPUT);
        assert_ne!(first.expose(), second.expose());
        assert_ne!(first.expose()[..32], first.expose()[32..64]);
        expand(&seed, MAX_SEED_OUTPUT + 1).unwrap_err();
    }
}
