//! Many signatures in one request.

use parsec_contracts::Status;

use crate::ProviderError;

/// Checks signatures one after the other: for each whether it is right.
///
/// # Errors
///
/// `psa-error-invalid-argument` if there are not as many signatures as items, and whatever
/// `verify` answers other than that a signature is wrong.
pub fn verify_each(
    items: &[Vec<u8>],
    signatures: &[Vec<u8>],
    mut verify: impl FnMut(&[u8], &[u8]) -> Result<(), ProviderError>,
) -> Result<Vec<bool>, ProviderError> {
    if items.len() != signatures.len() {
        return Err(ProviderError::invalid_argument(format!(
            "signatures: there are {} for {} items; give one for each",
            signatures.len(),
            items.len()
        )));
    }
    items
        .iter()
        .zip(signatures)
        .map(|(item, signature)| match verify(item, signature) {
            Ok(()) => Ok(true),
            Err(error) if error.status() == Status::PsaErrorInvalidSignature => Ok(false),
            Err(error) => Err(error),
        })
        .collect()
}
