//! Random bytes from the operating system.

use parsec_contracts::{Secret, Status};
use parsec_provider::ProviderError;

use crate::engine::Engine;

/// As many random bytes as asked for, if they fit into one answer.
pub(crate) fn generate(
    engine: &dyn Engine,
    size: u64,
    limit: usize,
) -> Result<Secret, ProviderError> {
    let size = usize::try_from(size)
        .ok()
        .filter(|size| *size <= limit)
        .ok_or_else(|| {
            ProviderError::new(
                Status::ResponseTooLarge,
                format!("{size} random bytes are too many for one answer; ask for at most {limit}"),
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
