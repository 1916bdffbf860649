//! RSA keys as the wire has them.

use der::Encode as _;

/// The public key of a modulus and an exponent as PKCS #1 writes it (RFC 8017, A.1.1); `None` if
/// they are no such numbers.
pub fn public_key(modulus: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    pkcs1::RsaPublicKeyRef {
        modulus: pkcs1::UintRef::new(modulus).ok()?,
        public_exponent: pkcs1::UintRef::new(exponent).ok()?,
    }
    .to_der()
    .ok()
}
