//! Generates RSA key pairs, which takes seconds.
//!
//! This does not use the library, which runs one call at a time: signatures would wait.

use getrandom::SysRng;
use parsec_contracts::{Secret, Status};
use parsec_provider::ProviderError;
use rsa::PrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey as _;

/// Generates a key pair with the public exponent 65537, encoded as PKCS #1.
pub(super) fn generate(bits: usize) -> Result<Secret, ProviderError> {
    let key = PrivateKey::new(&mut SysRng, bits).map_err(|error| match error {
        rsa::Error::Rng => ProviderError::new(
            Status::PsaErrorInsufficientEntropy,
            "the operating system returned no random bytes; see its log",
        ),
        other => failed(other),
    })?;
    let encoded = key.to_pkcs1_der().map_err(failed)?;
    Ok(Secret::from(encoded.as_bytes()))
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ProviderError {
    ProviderError::new(
        Status::PsaErrorGenericError,
        "the key pair could not be generated",
    )
    .with_source(error)
}
