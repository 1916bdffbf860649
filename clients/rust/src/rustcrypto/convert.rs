//! Public keys and signatures as RustCrypto has them.

use parsec_contracts::ErrorKind;
use rsa::pkcs1::DecodeRsaPublicKey as _;

use super::EcdsaCurve;
use crate::error::{Error, Result};
use crate::public_key::PublicKey;
use crate::signature::Signature;

impl PublicKey {
    /// As a key of RustCrypto that verifies ECDSA on the curve `C`, such as `p256::NistP256`.
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

    /// As RustCrypto's RSA key. Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key is of another kind, or shorter than 1024 bits
    /// or longer than 4096, which RustCrypto refuses.
    pub fn to_rsa(&self) -> Result<rsa::PublicKey> {
        if self.curve_oid().is_some() {
            return Err(self.mismatch("an RSA key"));
        }
        rsa::PublicKey::from_pkcs1_der(self.raw()).map_err(|error| {
            self.mismatch("one that RustCrypto takes")
                .with_source(error)
        })
    }

    fn mismatch(&self, wanted: &str) -> Error {
        Error::invalid(
            format!("the key is {}, not {wanted}", self.description()),
            "name the type that fits the key",
        )
    }
}

impl Signature {
    /// As RustCrypto has ECDSA signatures on the curve `C`. Feature `rustcrypto`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`] if no signature on that curve is like it.
    pub fn to_ecdsa<C: EcdsaCurve>(&self) -> Result<ecdsa::Signature<C>> {
        read(self)
    }
}

/// A signature of RustCrypto from its bytes at fixed length.
pub(super) fn read<S>(signature: &Signature) -> Result<S>
where
    S: for<'a> TryFrom<&'a [u8], Error = ::signature::Error>,
{
    S::try_from(signature.as_raw()).map_err(|error| {
        Error::new(
            ErrorKind::InvalidSignature,
            "the signature is of another kind",
            "name the type that fits the key",
        )
        .with_source(error)
    })
}
