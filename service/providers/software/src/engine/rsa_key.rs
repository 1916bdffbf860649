//! RSA key pairs, whose primes take seconds to find.
//!
//! They are found outside of the library, which serves one call at a time: a signature does not
//! wait for them.

use getrandom::SysRng;
use parsec_contracts::{Secret, Status};
use parsec_provider::ProviderError;
use rsa::PrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey as _;

/// Makes a key pair with the public exponent 65537, in the form of PKCS #1.
pub(super) fn generate(bits: usize) -> Result<Secret, ProviderError> {
    let key = PrivateKey::new(&mut SysRng, bits).map_err(|error| match error {
        rsa::Error::Rng => ProviderError::new(
            Status::PsaErrorInsufficientEntropy,
            "the operating system gives no random bytes; its log says why",
        ),
        other => failed(other),
    })?;
    let encoded = key.to_pkcs1_der().map_err(failed)?;
    Ok(Secret::from(encoded.as_bytes()))
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ProviderError {
    ProviderError::new(
        Status::PsaErrorGenericError,
        "the key pair could not be made",
    )
    .with_source(error)
}
