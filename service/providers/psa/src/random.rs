//! Random bytes from the operating system.

use parsec_contracts::{Secret, Status};
use parsec_provider::ProviderError;

use crate::engine::Engine;

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
