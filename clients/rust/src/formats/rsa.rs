//! RSA keys from their numbers, for formats other than PKCS #1.

use der::Encode as _;
use der::asn1::UintRef;
use parsec_contracts::{Secret, Zeroizing};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::{BoxedUint, PrivateKey};

use super::refusal::malformed;
use crate::error::Result;

/// Returns PKCS #1's `RSAPublicKey`.
pub(super) fn public(n: &[u8], e: &[u8]) -> Result<Vec<u8>> {
    let number =
        |bytes| UintRef::new(bytes).map_err(|error| malformed("is too long").with_source(error));
    let key = pkcs1::RsaPublicKeyRef {
        modulus: number(n)?,
        public_exponent: number(e)?,
    };
    key.to_der()
        .map_err(|error| malformed("is too long").with_source(error))
}

/// Returns PKCS #1's `RSAPrivateKey`. Primes that are omitted are recovered.
///
/// # Errors
///
/// An error if the numbers do not belong together.
pub(super) fn private(
    n: &[u8],
    e: &[u8],
    d: &[u8],
    primes: &[Zeroizing<Vec<u8>>],
) -> Result<Secret> {
    let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
    let primes = primes.iter().map(|prime| number(prime)).collect();
    let key = PrivateKey::from_components(number(n), number(e), number(d), primes);
    let key = key.map_err(|error| {
        malformed("is not an RSA key: its numbers do not belong together").with_source(error)
    })?;
    let der = key
        .to_pkcs1_der()
        .map_err(|error| malformed("is too long").with_source(error))?;
    Ok(Secret::from(der.as_bytes()))
}
