//! Public keys.

use std::fmt::Write as _;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode as _, Encode as _};
use parsec_contracts::ErrorKind;
use parsec_contracts::types::{KeyAttributes, KeyType};
use pkcs1::RsaPublicKeyRef;
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use crate::curve::Curve;
use crate::error::{Error, Result};
use crate::restriction::Restriction;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const PEM_LABEL: &str = "PUBLIC KEY";
const PEM_LINE: usize = 64;

/// A public key, with conversions to and from common formats.
///
/// ```
/// use parsec_client::PublicKey;
///
/// let pem = "-----BEGIN PUBLIC KEY-----
/// MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7
/// Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
/// -----END PUBLIC KEY-----
/// ";
/// let key = PublicKey::from_pem(pem)?;
/// assert_eq!(key.bits(), 256);
/// assert_eq!(key.raw().len(), 65);
/// assert_eq!(key.to_pem(), pem);
/// assert!(key.to_jwk()?.contains(r#""crv":"P-256""#));
/// # Ok::<(), parsec_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PublicKey {
    shape: Shape,
    raw: Vec<u8>,
    spki: Vec<u8>,
    restriction: Option<Restriction>,
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for PublicKey {}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Curve(&'static Curve),
    Rsa {
        bits: u32,
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    /// Creates a key from the export format of the PSA Crypto API, which is also the wire format:
    /// a point `04 ‖ X ‖ Y`, a Montgomery coordinate, or PKCS #1's `RSAPublicKey`.
    ///
    /// For an RSA key the size is read from the modulus, and `bits` may be 0.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the bytes are not such a key, and
    /// [`ErrorKind::NotSupported`] if the type has no public key or no supported format.
    pub fn from_raw(key_type: KeyType, bits: u32, raw: Vec<u8>) -> Result<Self> {
        match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => Self::rsa(raw),
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
                let curve = Curve::find(curve_family, bits).ok_or_else(|| {
                    unsupported_format(&format!("{} {bits}", curve_family.name()))
                })?;
                Self::on_curve(curve, raw)
            }
            other => Err(unsupported_format(&format!("{other}"))),
        }
    }

    /// Creates an RSA key from PKCS #1's `RSAPublicKey`.
    pub(crate) fn rsa(raw: Vec<u8>) -> Result<Self> {
        let key = RsaPublicKeyRef::from_der(&raw)
            .map_err(|error| wrong("is not an RSA key").with_source(error))?;
        let modulus = key.modulus.as_bytes().to_vec();
        let exponent = key.public_exponent.as_bytes().to_vec();
        let bits = modulus.first().map_or(0, |first| {
            modulus.len() * 8 - first.leading_zeros() as usize
        });
        let bits = u32::try_from(bits).map_err(|_| wrong("is too long"))?;
        let spki = spki(RSA, Some(AnyRef::NULL), &raw)?;
        Ok(Self {
            shape: Shape::Rsa {
                bits,
                modulus,
                exponent,
            },
            raw,
            spki,
            restriction: None,
        })
    }

    /// Returns the key with a restriction, which becomes the policy of the imported key.
    pub(crate) fn restricted(self, restriction: Restriction) -> Self {
        Self {
            restriction: Some(restriction),
            ..self
        }
    }

    /// Returns the restriction that the file of the key states.
    pub(crate) fn restriction(&self) -> Option<Restriction> {
        self.restriction
    }

    /// Creates a key from a point `04 ‖ X ‖ Y`, or the bytes of a Montgomery or Edwards curve.
    pub(crate) fn on_curve(curve: &'static Curve, raw: Vec<u8>) -> Result<Self> {
        let length = curve.length();
        let fits = if curve.has_points() {
            raw.len() == 1 + 2 * length && raw[0] == 4
        } else {
            raw.len() == length
        };
        if curve.has_points() && raw.len() == 1 + length && matches!(raw[0], 2 | 3) {
            return Err(Error::new(
                ErrorKind::NotSupported,
                format!("the public key is a compressed point of {}", curve.name),
                "convert it: `openssl ec -pubin -in KEY -conv_form uncompressed -pubout -out NEW`",
            ));
        }
        if !fits {
            return Err(wrong(&format!("is not a public key of {}", curve.name)));
        }
        let named = ObjectIdentifier::new(curve.oid).map_err(|error| internal(error.into()))?;
        let spki = if curve.has_points() {
            spki(EC, Some(AnyRef::from(&named)), &raw)?
        } else {
            spki(named, None, &raw)?
        };
        Ok(Self {
            shape: Shape::Curve(curve),
            raw,
            spki,
            restriction: None,
        })
    }

    /// Encodes the key as a DER `SubjectPublicKeyInfo`, which openssl and most libraries read.
    pub fn to_der(&self) -> Vec<u8> {
        self.spki.clone()
    }

    /// Encodes the key in PEM with the label `PUBLIC KEY`.
    pub fn to_pem(&self) -> String {
        pem(PEM_LABEL, &self.spki)
    }

    /// Encodes the key as a JSON Web Key (RFC 7517), with its members in alphabetical order as
    /// required for a thumbprint (RFC 7638).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotSupported`] if JSON Web Keys have no name for the curve.
    pub fn to_jwk(&self) -> Result<String> {
        let text = Base64UrlUnpadded::encode_string;
        let curve = match &self.shape {
            Shape::Rsa {
                modulus, exponent, ..
            } => {
                let (e, n) = (text(exponent), text(modulus));
                return Ok(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
            }
            Shape::Curve(curve) => curve,
        };
        let name = curve
            .jwk
            .ok_or_else(|| unsupported_format(&format!("{} as a JSON Web Key", curve.name)))?;
        if !curve.has_points() {
            let x = text(&self.raw);
            return Ok(format!(r#"{{"crv":"{name}","kty":"OKP","x":"{x}"}}"#));
        }
        let (x, y) = self.raw[1..].split_at(curve.length());
        let (x, y) = (text(x), text(y));
        Ok(format!(
            r#"{{"crv":"{name}","kty":"EC","x":"{x}","y":"{y}"}}"#
        ))
    }

    /// Returns the key in the PSA Crypto API's format: see [`PublicKey::from_raw`].
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Returns the key type of this public key.
    pub fn key_type(&self) -> KeyType {
        match self.shape {
            Shape::Curve(curve) => KeyType::EccPublicKey {
                curve_family: curve.family,
            },
            Shape::Rsa { .. } => KeyType::RsaPublicKey,
        }
    }

    /// Returns the size of the curve's field or of the modulus, in bits.
    pub fn bits(&self) -> u32 {
        match &self.shape {
            Shape::Curve(curve) => curve.bits,
            Shape::Rsa { bits, .. } => *bits,
        }
    }

    /// Returns a short description of the key: `P-256`, `RSA 2048`.
    pub fn description(&self) -> String {
        match &self.shape {
            Shape::Curve(curve) => curve.name.to_owned(),
            Shape::Rsa { bits, .. } => format!("RSA {bits}"),
        }
    }

    /// Returns the object identifier of the key's curve, if it has one.
    #[cfg(feature = "rustcrypto")]
    pub(crate) fn curve_oid(&self) -> Option<&'static str> {
        match self.shape {
            Shape::Curve(curve) => Some(curve.oid),
            Shape::Rsa { .. } => None,
        }
    }

    /// Returns the length of each half of an ECDSA signature, if the key verifies ECDSA.
    pub(crate) fn signature_half(&self) -> Option<usize> {
        match self.shape {
            Shape::Curve(curve) if curve.has_points() => Some(curve.length()),
            _ => None,
        }
    }
}

/// Returns whether keys with these attributes have a public key.
pub(crate) fn has_public_key(attributes: &KeyAttributes) -> bool {
    match attributes.key_type {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => true,
        KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => {
            // This client supports no format for the others.
            Curve::find(curve_family, attributes.key_bits).is_some()
        }
        _ => false,
    }
}

/// Encodes PEM (RFC 7468).
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = Base64::encode_string(der);
    let mut out = String::with_capacity(text.len() + text.len() / PEM_LINE + 2 * label.len() + 40);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "-----BEGIN {label}-----");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(PEM_LINE));
        let _ = writeln!(out, "{line}");
        rest = after;
    }
    let _ = writeln!(out, "-----END {label}-----");
    out
}

fn spki(oid: ObjectIdentifier, parameters: Option<AnyRef<'_>>, raw: &[u8]) -> Result<Vec<u8>> {
    SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid, parameters },
        subject_public_key: BitStringRef::from_bytes(raw).map_err(internal)?,
    }
    .to_der()
    .map_err(internal)
}

fn internal(error: der::Error) -> Error {
    Error::new(
        ErrorKind::Internal,
        "a public key could not be encoded",
        "please report this",
    )
    .with_source(error)
}

fn wrong(what: &str) -> Error {
    Error::invalid(
        format!("the public key {what}"),
        "give the whole key, as `openssl pkey -pubout` writes it",
    )
}

fn unsupported_format(what: &str) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!("this client supports no format for public keys of {what}"),
        "use the raw operation psa_export_public_key",
    )
}
