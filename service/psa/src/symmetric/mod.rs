//! What a key that is nothing but bytes does: encrypt and authenticate, without any lock.
//!
//! Everything is a stream; what comes whole is a stream of one piece.

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

/// Which way data goes through a cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Encrypt,
    Decrypt,
}

/// Puts all of the data through a stream.
pub(crate) fn whole(mut stream: Box<dyn Streaming>, input: &[u8]) -> Result<Secret, ProviderError> {
    let first = stream.update(input)?;
    Ok(joined(first, &stream.finish()?))
}

/// One after the other, without a copy of either left behind.
pub(crate) fn joined(first: Secret, rest: &Secret) -> Secret {
    if rest.is_empty() {
        return first;
    }
    let mut all = Zeroizing::new(Vec::with_capacity(first.len() + rest.len()));
    all.extend_from_slice(first.expose());
    all.extend_from_slice(rest.expose());
    Secret::from(all)
}

/// The one answer to whatever does not match.
pub(crate) fn no_match(what: &str) -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidSignature,
        format!("the {what} does not match: the data, the tag or the key is another"),
    )
}

fn nothing_to_verify() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorBadState,
        "this stream has nothing to be verified; end it with stream_finish",
    )
}
