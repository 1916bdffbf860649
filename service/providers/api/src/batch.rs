//! Batches: many signatures in one request.

use parsec_contracts::Status;

use crate::error::ProviderError;
use crate::turn;

/// Signs items one at a time, and lets other requests run in between.
///
/// # Errors
///
/// The first error of `sign`, or that the caller is gone.
pub fn sign_each(
    items: &[Vec<u8>],
    mut sign: impl FnMut(&[u8]) -> Result<Vec<u8>, ProviderError>,
) -> Result<Vec<Vec<u8>>, ProviderError> {
    let signed = items.iter().map(|item| {
        turn::pause()?;
        sign(item)
    });
    signed.collect()
}

/// Verifies signatures one at a time. Returns for each whether it is valid.
///
/// # Errors
///
/// `psa-error-invalid-argument` if the numbers of signatures and items differ, an error of `verify`
/// other than an invalid signature, or that the caller is gone.
pub fn verify_each(
    items: &[Vec<u8>],
    signatures: &[Vec<u8>],
    mut verify: impl FnMut(&[u8], &[u8]) -> Result<(), ProviderError>,
) -> Result<Vec<bool>, ProviderError> {
    if items.len() != signatures.len() {
        return Err(ProviderError::invalid_argument(format!(
            "signatures: {} signatures for {} items; send one for each",
            signatures.len(),
            items.len()
        )));
    }
    let verified = items.iter().zip(signatures).map(|(item, signature)| {
        turn::pause()?;
        match verify(item, signature) {
            Ok(()) => Ok(true),
            Err(error) if error.status() == Status::PsaErrorInvalidSignature => Ok(false),
            Err(error) => Err(error),
        }
    });
    verified.collect()
}
