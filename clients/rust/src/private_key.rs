//! Private keys to import or export. Most keys are generated in the service and never leave it.

use std::fmt;

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _};
use parsec_contracts::types::KeyType;
use parsec_contracts::{ErrorKind, Secret, Zeroizing};
use pkcs8::{PrivateKeyInfoRef, spki::AlgorithmIdentifierRef};
use sec1::EcPrivateKey;

use crate::curve::Curve;
use crate::error::{Error, Result};
use crate::public_key::pem;
use crate::restriction::Restriction;

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
#[derive(Clone)]
pub struct PrivateKey {
    key_type: KeyType,
    bits: u32,
    raw: Secret,
    restriction: Option<Restriction>,
}

impl PartialEq for PrivateKey {
    fn eq(&self, other: &Self) -> bool {
        self.key_type == other.key_type && self.bits == other.bits && self.raw == other.raw
    }
}

impl Eq for PrivateKey {}

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
            other => Err(unsupported_format(&format!("{other}"))),
        }
    }

    /// Creates a key from a scalar, or from the seed of an Edwards curve.
    pub(crate) fn on_curve(curve: &Curve, scalar: &[u8]) -> Result<Self> {
        let length = curve.length();
        // Some tools omit leading zeros, others add one. Numbers of Montgomery and Edwards curves
        // have a fixed length.
        let scalar = match curve.has_points() {
            true => &scalar[scalar.iter().take_while(|byte| **byte == 0).count()..],
            false => scalar,
        };
        let missing = length.checked_sub(scalar.len());
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
            restriction: None,
        })
    }

    /// Creates an RSA key from PKCS #1's `RSAPrivateKey`.
    pub(crate) fn rsa(raw: Secret) -> Result<Self> {
        let bits = modulus_bits(raw.expose())
            .map_err(|error| wrong("is not an RSA key").with_source(error))?;
        let bits = u32::try_from(bits).map_err(|_| wrong("is too long"))?;
        Ok(Self {
            key_type: KeyType::RsaKeyPair,
            bits,
            raw,
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

fn wrong(what: &str) -> Error {
    Error::invalid(
        format!("the private key {what}"),
        "give the whole key, as the program that made it writes it",
    )
}

fn unsupported_format(what: &str) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!("this client supports no format for private keys of {what}"),
        "use the raw operations psa_import_key and psa_export_key",
    )
}
