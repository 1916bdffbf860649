//! Encryption and authentication with symmetric keys, without a lock.
//!
//! Everything is a stream; a whole message is a stream of one part.

pub(crate) mod aead;
mod authenticator;
mod block;
pub(crate) mod cipher;
pub(crate) mod mac;
mod padding;
#[cfg(test)]
mod tests;

use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::{ProviderError, Streaming};

/// The direction of a cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Encrypt,
    Decrypt,
}

/// Processes a whole message with a stream.
pub(crate) fn whole(mut stream: Box<dyn Streaming>, input: &[u8]) -> Result<Secret, ProviderError> {
    let first = stream.update(input)?;
    Ok(joined(first, &stream.finish()?))
}

/// Concatenates both, and leaves no copy of either behind.
pub(crate) fn joined(first: Secret, rest: &Secret) -> Secret {
    if rest.is_empty() {
        return first;
    }
    let mut all = Zeroizing::new(Vec::with_capacity(first.len() + rest.len()));
    all.extend_from_slice(first.expose());
    all.extend_from_slice(rest.expose());
    Secret::from(all)
}

/// The error for every mismatch.
pub(crate) fn no_match(what: &str) -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidSignature,
        format!("the {what} does not match: the data, the tag or the key differs"),
    )
}

fn nothing_to_verify() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorBadState,
        "this stream has nothing to verify; end it with stream_finish",
    )
}
