//! Private keys to import or export. Most keys are generated in the service and never leave it.

use std::fmt;

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _};
use parsec_contracts::types::{KeyAttributes, KeyType};
use parsec_contracts::{ErrorKind, Secret, Zeroizing};
use pkcs8::{PrivateKeyInfoRef, spki::AlgorithmIdentifierRef};
use sec1::EcPrivateKey;

use crate::curve::Curve;
use crate::error::{Error, Result};
use crate::public_key::pem;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A private key outside the service, for import or after export. Zeroized on drop.
///
/// ```
/// use parsec_client::PrivateKey;
///
/// let pem = "-----BEGIN PRIVATE KEY-----
/// MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCDJr9hFqnVr4WecHjWF
/// 1nULWuwSe3pyDmfDUMNn2wf2IQ==
/// -----END PRIVATE KEY-----
/// ";
/// let key = PrivateKey::from_pem(pem)?;
/// assert_eq!(key.bits(), 256);
/// assert_eq!(key.to_pem()?.as_str(), pem);
/// assert_eq!(format!("{key:?}"), "PrivateKey(P-256)");
/// # Ok::<(), parsec_client::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey {
    key_type: KeyType,
    bits: u32,
    raw: Secret,
}

impl PrivateKey {
    /// Creates a key from the export format of the PSA Crypto API: a scalar as long as the curve's
    /// order, or PKCS #1's `RSAPrivateKey`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the bytes are not such a key, and
    /// [`ErrorKind::NotSupported`] if this client supports no format for keys of the type.
    pub fn from_raw(key_type: KeyType, bits: u32, raw: impl Into<Secret>) -> Result<Self> {
        let raw = raw.into();
        match key_type {
            KeyType::RsaKeyPair => Self::rsa(raw),
            KeyType::EccKeyPair { curve_family } => {
                let curve = Curve::find(curve_family, bits).ok_or_else(|| {
                    unsupported_format(&format!("{} {bits}", curve_family.name()))
                })?;
                Self::on_curve(curve, raw.expose())
            }
            other => Err(unsupported_format(&format!("{other:?}"))),
        }
    }

    /// Parses DER: PKCS #8 (RFC 5958), an `ECPrivateKey` that names its curve (RFC 5915), or an
    /// `RSAPrivateKey` (RFC 8017).
    ///
    /// # Errors
    ///
    /// As [`PrivateKey::from_raw`].
    pub fn from_der(der: &[u8]) -> Result<Self> {
        if let Ok(info) = PrivateKeyInfoRef::from_der(der) {
            return Self::from_info(&info);
        }
        if let Ok(key) = EcPrivateKey::from_der(der) {
            let curve = key
                .parameters
                .as_ref()
                .and_then(|parameters| parameters.named_curve());
            let curve = curve.ok_or_else(|| wrong("does not name its curve"))?;
            return Self::on_curve(named(curve)?, key.private_key);
        }
        Self::rsa(Secret::from(der))
    }

    /// Parses PEM with the label `PRIVATE KEY`, `EC PRIVATE KEY` or `RSA PRIVATE KEY`. Other
    /// blocks, such as `EC PARAMETERS`, are ignored.
    ///
    /// # Errors
    ///
    /// As [`PrivateKey::from_raw`], and [`ErrorKind::InvalidArgument`] for an encrypted key.
    pub fn from_pem(text: &str) -> Result<Self> {
        let block = text
            .match_indices("-----BEGIN ")
            .map(|(at, _)| &text[at..])
            .find(|block| {
                block
                    .lines()
                    .next()
                    .is_some_and(|line| line.contains("PRIVATE KEY"))
            })
            .ok_or_else(|| wrong("is not PEM"))?;
        if block.starts_with("-----BEGIN ENCRYPTED") || block.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(wrong(
                "is encrypted: decrypt it first, as `openssl pkey` does",
            ));
        }
        let end = block
            .find("-----END ")
            .and_then(|at| Some(at + block[at..].find("KEY-----")? + "KEY-----".len()))
            .ok_or_else(|| wrong("has no end line"))?;
        let (_, der) = der::pem::decode_vec(&block.as_bytes()[..end])
            .map_err(|error| wrong("is not PEM").with_source(error))?;
        Self::from_der(&Zeroizing::new(der))
    }

    fn from_info(info: &PrivateKeyInfoRef<'_>) -> Result<Self> {
        let inner = info.private_key.as_bytes();
        if info.algorithm.oid == RSA {
            return Self::rsa(Secret::from(inner));
        }
        if info.algorithm.oid == EC {
            let curve = info
                .algorithm
                .parameters_oid()
                .map_err(|_| wrong("does not name its curve"))?;
            let key = EcPrivateKey::from_der(inner).map_err(malformed)?;
            return Self::on_curve(named(curve)?, key.private_key);
        }
        // RFC 8410: an octet string inside the octet string.
        let curve = named(info.algorithm.oid)?;
        let scalar = <&OctetStringRef>::from_der(inner).map_err(malformed)?;
        Self::on_curve(curve, scalar.as_bytes())
    }

    fn on_curve(curve: &Curve, scalar: &[u8]) -> Result<Self> {
        let length = curve.length();
        let missing = length.checked_sub(scalar.len());
        // Some tools omit leading zeros. A Montgomery scalar is little-endian, so it has no leading
        // zeros to omit.
        let Some(missing) = missing.filter(|&missing| missing == 0 || curve.has_points()) else {
            return Err(wrong(&format!("has the wrong length for {}", curve.name)));
        };
        let mut raw = Zeroizing::new(vec![0; length]);
        raw[missing..].copy_from_slice(scalar);
        let key_type = KeyType::EccKeyPair {
            curve_family: curve.family,
        };
        Ok(Self {
            key_type,
            bits: curve.bits,
            raw: raw.into(),
        })
    }

    fn rsa(raw: Secret) -> Result<Self> {
        let bits = modulus_bits(raw.expose()).map_err(malformed)?;
        let bits = u32::try_from(bits).map_err(|_| wrong("is too long"))?;
        Ok(Self {
            key_type: KeyType::RsaKeyPair,
            bits,
            raw,
        })
    }

    /// Encodes the key in DER as PKCS #8, which openssl and most libraries read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`] if the key cannot be encoded.
    pub fn to_der(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.encode().map_err(|error| {
            Error::new(
                ErrorKind::Internal,
                "a private key could not be encoded",
                "please report this",
            )
            .with_source(error)
        })
    }

    /// Encodes the key in PEM with the label `PRIVATE KEY`.
    ///
    /// # Errors
    ///
    /// As [`PrivateKey::to_der`].
    pub fn to_pem(&self) -> Result<Zeroizing<String>> {
        Ok(Zeroizing::new(pem("PRIVATE KEY", &self.to_der()?)))
    }

    fn encode(&self) -> der::Result<Zeroizing<Vec<u8>>> {
        let raw = self.raw.expose();
        let curve = match self.key_type {
            KeyType::EccKeyPair { curve_family } => Curve::find(curve_family, self.bits),
            _ => None,
        };
        let Some(curve) = curve else {
            return pkcs8(RSA, Some(AnyRef::NULL), raw);
        };
        let named = ObjectIdentifier::new(curve.oid)?;
        if curve.has_points() {
            let inner = EcPrivateKey {
                private_key: raw,
                parameters: None,
                public_key: None,
            }
            .to_der()?;
            pkcs8(EC, Some(AnyRef::from(&named)), &Zeroizing::new(inner))
        } else {
            let inner = OctetStringRef::new(raw)?.to_der()?;
            pkcs8(named, None, &Zeroizing::new(inner))
        }
    }

    /// Returns the key in the PSA Crypto API's format: see [`PrivateKey::from_raw`].
    pub fn raw(&self) -> &Secret {
        &self.raw
    }

    /// Returns the type of the key pair.
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// Returns the size of the curve's field or of the modulus, in bits.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Returns a short description of the key: `P-256`, `RSA 2048`.
    pub fn description(&self) -> String {
        match self.key_type {
            KeyType::EccKeyPair { curve_family } => Curve::find(curve_family, self.bits)
                .map_or_else(String::new, |curve| curve.name.to_owned()),
            _ => format!("RSA {}", self.bits),
        }
    }

    /// Returns whether this key matches the attributes.
    pub(crate) fn fits(&self, attributes: &KeyAttributes) -> bool {
        attributes.key_type == self.key_type && attributes.key_bits == self.bits
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.description())
    }
}

fn pkcs8(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    inner: &[u8],
) -> der::Result<Zeroizing<Vec<u8>>> {
    let algorithm = AlgorithmIdentifierRef { oid, parameters };
    let info = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(inner)?);
    info.to_der().map(Zeroizing::new)
}

fn modulus_bits(raw: &[u8]) -> der::Result<usize> {
    // Borrows, so there is no copy to zeroize.
    let key = pkcs1::RsaPrivateKeyRef::from_der(raw)?;
    let modulus = key.modulus.as_bytes();
    Ok(modulus.first().map_or(0, |first| {
        modulus.len() * 8 - first.leading_zeros() as usize
    }))
}

fn named(oid: ObjectIdentifier) -> Result<&'static Curve> {
    Curve::by_oid(&oid.to_string())
        .ok_or_else(|| unsupported_format(&format!("the algorithm {oid}")))
}

fn malformed(error: der::Error) -> Error {
    wrong("is not in a known DER format").with_source(error)
}

fn wrong(what: &str) -> Error {
    Error::invalid(
        format!("the private key {what}"),
        "give PKCS #8, SEC 1 or PKCS #1, in PEM or DER, unencrypted",
    )
}

fn unsupported_format(what: &str) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!("this client supports no format for private keys of {what}"),
        "use the raw operations psa_import_key and psa_export_key",
    )
}
