//! The nonce and the tag of authenticated encryption.

use parsec_contracts::ErrorKind;
use parsec_contracts::types::Aead;

use crate::error::{Error, Result};

/// Length of the nonce that precedes the ciphertext.
pub(super) const NONCE: usize = 12;

pub(super) fn fresh_nonce() -> Result<[u8; NONCE]> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|error| {
        Error::new(
            ErrorKind::Internal,
            "the operating system provides no random bytes",
            "see its log",
        )
        .with_source(error)
    })?;
    Ok(nonce)
}

/// Returns the length of the tag.
pub(super) fn tag_length(alg: Aead) -> usize {
    match alg {
        Aead::AeadWithShortenedTag { tag_length, .. } => tag_length as usize,
        _ => 16,
    }
}
