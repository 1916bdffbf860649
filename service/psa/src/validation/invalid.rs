//! The error for key data that is not valid.

use parsec_provider::ProviderError;

pub(super) fn no_key(why: &str) -> ProviderError {
    ProviderError::invalid_argument(format!("data: is not a key of that type: {why}"))
}
