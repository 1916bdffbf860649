//! Conversions of public keys and signatures to RustCrypto types.

use parsec_contracts::ErrorKind;
use rsa::pkcs1::DecodeRsaPublicKey as _;

use super::EcdsaCurve;
use crate::error::{Error, Result};
use crate::public_key::PublicKey;
use crate::signature::Signature;

impl PublicKey {
    /// Converts to a RustCrypto key that verifies ECDSA on the curve `C`, such as `p256::NistP256`.
    /// Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key is not on that curve.
    pub fn to_ecdsa<C: EcdsaCurve>(&self) -> Result<ecdsa::VerifyingKey<C>> {
        if self.curve_oid() != Some(C::OID.to_string().as_str()) {
            return Err(self.mismatch("on that curve"));
        }
        ecdsa::VerifyingKey::from_sec1_bytes(self.raw())
            .map_err(|error| self.mismatch("a point of that curve").with_source(error))
    }

    /// Converts to a RustCrypto RSA key. Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key is of another kind, or has fewer than 1024 or more
    /// than 4096 bits, which RustCrypto does not support.
    pub fn to_rsa(&self) -> Result<rsa::PublicKey> {
        if self.curve_oid().is_some() {
            return Err(self.mismatch("an RSA key"));
        }
        rsa::PublicKey::from_pkcs1_der(self.raw()).map_err(|error| {
            self.mismatch("one that RustCrypto supports")
                .with_source(error)
        })
    }

    fn mismatch(&self, wanted: &str) -> Error {
        Error::invalid(
            format!("the key is {}, not {wanted}", self.description()),
            "use the type that matches the key",
        )
    }
}

impl Signature {
    /// Converts to a RustCrypto ECDSA signature on the curve `C`. Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`] if it is not a signature on that curve.
    pub fn to_ecdsa<C: EcdsaCurve>(&self) -> Result<ecdsa::Signature<C>> {
        read(self)
    }
}

/// Parses a RustCrypto signature from its fixed-length encoding.
pub(super) fn read<S>(signature: &Signature) -> Result<S>
where
    S: for<'a> TryFrom<&'a [u8], Error = ::signature::Error>,
{
    S::try_from(signature.as_raw()).map_err(|error| {
        Error::new(
            ErrorKind::InvalidSignature,
            "the signature is of another kind",
            "use the type that matches the key",
        )
        .with_source(error)
    })
}
