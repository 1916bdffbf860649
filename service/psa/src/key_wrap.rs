//! AES key wrap: plain (RFC 3394) and with padding (RFC 5649); NIST SP 800-38F.

use aes_kw::{KeyInit as _, KwAes128, KwAes192, KwAes256, KwpAes128, KwpAes192, KwpAes256};
use parsec_contracts::types::{KeyType, KeyWrap};
use parsec_contracts::{Secret, Status, Zeroizing};
use parsec_provider::ProviderError;

/// The overhead of both algorithms: a check value of half a block.
const CHECK_VALUE: usize = 8;
/// The length in bytes of the shortest key that can be wrapped without padding.
const SHORTEST_KEY: usize = 16;

/// Evaluates the expression with the key wrap of the key's length and the algorithm.
macro_rules! with_wrapping {
    ($alg:expr, $key:expr, $wrapping:ident => $run:expr) => {
        match ($alg, $key.len()) {
            (KeyWrap::AesKw, 16) => with_wrapping!(@ KwAes128, $key, $wrapping => $run),
            (KeyWrap::AesKw, 24) => with_wrapping!(@ KwAes192, $key, $wrapping => $run),
            (KeyWrap::AesKw, 32) => with_wrapping!(@ KwAes256, $key, $wrapping => $run),
            (KeyWrap::AesKwp, 16) => with_wrapping!(@ KwpAes128, $key, $wrapping => $run),
            (KeyWrap::AesKwp, 24) => with_wrapping!(@ KwpAes192, $key, $wrapping => $run),
            (KeyWrap::AesKwp, 32) => with_wrapping!(@ KwpAes256, $key, $wrapping => $run),
            (other, _) => Err(ProviderError::not_supported(format_args!(
                "{} with keys of this size",
                other.name()
            ))),
        }
    };
    (@ $type:ty, $key:expr, $wrapping:ident => $run:expr) => {
        match <$type>::new_from_slice($key) {
            Ok($wrapping) => $run,
            Err(_) => Err(ProviderError::invalid_argument("the size of the wrapping key is not valid")),
        }
    };
}

/// Whether keys of this type and size can wrap keys.
pub(crate) fn has(key_type: &KeyType, bits: u32) -> bool {
    matches!(key_type, KeyType::Aes) && matches!(bits, 0 | 128 | 192 | 256)
}

/// Wraps a key.
pub(crate) fn wrap(
    wrapping_key: &Secret,
    alg: KeyWrap,
    key: &Secret,
) -> Result<Vec<u8>, ProviderError> {
    let plain = key.expose();
    if alg == KeyWrap::AesKw && (plain.len() < SHORTEST_KEY || !plain.len().is_multiple_of(8)) {
        return Err(ProviderError::invalid_argument(format!(
            "aes-kw wraps keys of 16 bytes or more in multiples of 8, but this one has {}; use \
             aes-kwp",
            plain.len()
        )));
    }
    let mut data = vec![0; plain.len().next_multiple_of(8) + CHECK_VALUE];
    with_wrapping!(alg, wrapping_key.expose(), wrapping => {
        wrapping
            .wrap_key(plain, &mut data)
            .map(<[u8]>::len)
            .map_err(|error| {
                ProviderError::invalid_argument("the key is too long to be wrapped")
                    .with_source(error)
            })
    })
    .map(|length| {
        data.truncate(length);
        data
    })
}

/// Unwraps a key. All invalid data returns the same error.
pub(crate) fn unwrap(
    wrapping_key: &Secret,
    alg: KeyWrap,
    data: &[u8],
) -> Result<Secret, ProviderError> {
    // A single half-block can only be wrapped with padding (RFC 3394, 2: n is at least 2).
    if alg == KeyWrap::AesKw && data.len() < SHORTEST_KEY + CHECK_VALUE {
        return Err(changed());
    }
    let mut plain = Zeroizing::new(vec![0; data.len()]);
    with_wrapping!(alg, wrapping_key.expose(), wrapping => {
        wrapping
            .unwrap_key(data, &mut plain)
            .map(Secret::from)
            .map_err(|error| changed().with_source(error))
    })
}

fn changed() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorInvalidSignature,
        "the data was modified, or was wrapped with another key or algorithm",
    )
}
