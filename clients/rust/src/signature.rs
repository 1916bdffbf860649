//! Signatures and their two encodings.

use der::asn1::UintRef;
use der::{Decode as _, Encode as _, Reader as _, SliceReader};
use parsec_contracts::ErrorKind;

use crate::error::{Error, Result};
use crate::public_key::PublicKey;

/// A signature.
///
/// An ECDSA signature is a pair of numbers, r and s, with two encodings: concatenated at fixed
/// length ([`Signature::to_raw`]: PSA, JOSE, WebCrypto), or as a DER sequence
/// ([`Signature::to_der`]: openssl, X.509, TLS). An RSA signature is one string of bytes, the same
/// in both.
///
/// ```
/// use parsec_client::Signature;
///
/// let signature = Signature::ecdsa([7; 64])?;
/// assert_eq!(signature.to_raw(), [7; 64]);
/// assert_eq!(signature.to_der().len(), 70);
/// # Ok::<(), parsec_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    raw: Vec<u8>,
    /// Empty for RSA, whose raw form serves as both.
    der: Vec<u8>,
}

impl Signature {
    /// Creates an ECDSA signature from r and s, concatenated at equal length.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the length is odd or 0.
    pub fn ecdsa(raw: impl Into<Vec<u8>>) -> Result<Self> {
        let raw = raw.into();
        if raw.is_empty() || !raw.len().is_multiple_of(2) {
            return Err(wrong("does not have two halves of the same length"));
        }
        let (r, s) = raw.split_at(raw.len() / 2);
        let der = encode(r, s).map_err(|error| {
            Error::new(
                ErrorKind::Internal,
                "a signature could not be encoded",
                "please report this",
            )
            .with_source(error)
        })?;
        Ok(Self { raw, der })
    }

    /// Creates an RSA signature.
    pub fn rsa(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            raw: bytes.into(),
            der: Vec::new(),
        }
    }

    /// Parses a signature in the encoding of [`Signature::to_raw`], for keys of `key`'s type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`] if signatures of such a key have another length.
    pub fn from_raw(raw: &[u8], key: &PublicKey) -> Result<Self> {
        match key.signature_half() {
            None => Ok(Self::rsa(raw)),
            Some(half) if raw.len() == 2 * half => Self::ecdsa(raw),
            Some(_) => Err(wrong("has the wrong length for the key's curve")),
        }
    }

    /// Parses a signature in the encoding of [`Signature::to_der`], for keys of `key`'s type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`] if it is not a DER sequence of two numbers that fit.
    pub fn from_der(der: &[u8], key: &PublicKey) -> Result<Self> {
        let Some(half) = key.signature_half() else {
            return Ok(Self::rsa(der));
        };
        let (r, s) = decode(der)
            .map_err(|error| wrong("is not a DER sequence of two numbers").with_source(error))?;
        let mut raw = vec![0; 2 * half];
        for (number, place) in [r, s].into_iter().zip(raw.chunks_exact_mut(half)) {
            let bytes = number.as_bytes();
            let at = half
                .checked_sub(bytes.len())
                .ok_or_else(|| wrong("has a number that is too long for the key's curve"))?;
            place[at..].copy_from_slice(bytes);
        }
        Self::ecdsa(raw)
    }

    /// Encodes the signature. ECDSA: r and s at fixed length, concatenated. RSA: as long as the
    /// modulus.
    pub fn to_raw(&self) -> Vec<u8> {
        self.raw.clone()
    }

    /// Encodes the signature. ECDSA: the DER sequence of r and s. RSA: the same as
    /// [`Signature::to_raw`].
    pub fn to_der(&self) -> Vec<u8> {
        if self.der.is_empty() {
            self.raw.clone()
        } else {
            self.der.clone()
        }
    }

    /// Like [`Signature::to_raw`], without a copy.
    pub fn as_raw(&self) -> &[u8] {
        &self.raw
    }
}

fn encode(r: &[u8], s: &[u8]) -> der::Result<Vec<u8>> {
    [UintRef::new(r)?, UintRef::new(s)?].to_der()
}

fn decode(der: &[u8]) -> der::Result<(UintRef<'_>, UintRef<'_>)> {
    let mut reader = SliceReader::new(der)?;
    let numbers = reader
        .sequence(|reader| der::Result::Ok((UintRef::decode(reader)?, UintRef::decode(reader)?)))?;
    reader.finish()?;
    Ok(numbers)
}

/// The error for bytes that are not a signature: not an invalid argument, because signatures come
/// from outside.
fn wrong(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidSignature,
        format!("the signature {what}"),
        "check that it is complete and in the expected encoding: DER, or r and s concatenated",
    )
}

#[cfg(test)]
mod tests {
    use parsec_contracts::types::{EccFamily, KeyType};

    use super::*;

    fn p521() -> PublicKey {
        let mut point = vec![1; 133];
        point[0] = 4;
        let key_type = KeyType::EccPublicKey {
            curve_family: EccFamily::SecpR1,
        };
        PublicKey::from_raw(key_type, 521, point).unwrap()
    }

    #[test]
    fn both_encodings_keep_leading_zeros_and_high_bits() {
        for first in [0x00, 0x01, 0x7f, 0x80, 0xff] {
            let mut raw = vec![0x55; 132];
            raw[0] = first;
            raw[66..70].fill(0);
            let signature = Signature::from_raw(&raw, &p521()).unwrap();
            let der = signature.to_der();
            assert_eq!(Signature::from_der(&der, &p521()).unwrap(), signature);
            assert_eq!(signature.to_raw(), raw);
        }
    }

    #[test]
    fn malformed_signatures_do_not_match() {
        let key = p521();
        let long = Signature::ecdsa(vec![0xff; 134]).unwrap().to_der();
        for bytes in [&b""[..], b"\x30\x00", b"not a signature", &long] {
            let error = Signature::from_der(bytes, &key).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{bytes:?}");
        }
        assert!(Signature::from_raw(&[1; 64], &key).is_err());
    }
}
