//! Public keys, which are plain data.

use parsec_client::PublicKey;

use crate::convert::Convert as _;
use crate::failure::Failure;
use crate::generated::KeyType;
use crate::panics::caught;

/// All forms of a public key.
#[derive(Debug, Clone, uniffi::Record)]
pub struct NativePublicKey {
    /// A DER `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
    pub der: Vec<u8>,
    /// As the PSA Crypto API has it: a point `04 ‖ X ‖ Y`, a Montgomery coordinate, or PKCS #1.
    pub raw: Vec<u8>,
    /// PEM with the label `PUBLIC KEY`.
    pub pem: String,
    /// A JSON Web Key (RFC 7517), where there is one for its curve.
    pub jwk: Option<String>,
    /// What it is, for a person: `P-256`, `RSA 2048`.
    pub description: String,
    /// Bits of the field's size or of the modulus.
    pub bits: u32,
    /// The type of a key that has this public key and no private one.
    pub key_type: KeyType,
}

impl From<&PublicKey> for NativePublicKey {
    fn from(key: &PublicKey) -> Self {
        Self {
            der: key.to_der(),
            raw: key.raw().to_vec(),
            pem: key.to_pem(),
            jwk: key.to_jwk().ok(),
            description: key.description(),
            bits: key.bits(),
            key_type: key.key_type().convert(),
        }
    }
}

/// Reads a DER `SubjectPublicKeyInfo`.
#[uniffi::export]
pub fn read_public_key_der(der: Vec<u8>) -> Result<NativePublicKey, Failure> {
    caught(|| Ok((&PublicKey::from_der(&der)?).into()))
}

/// Reads PEM with the label `PUBLIC KEY`.
#[uniffi::export]
pub fn read_public_key_pem(pem: String) -> Result<NativePublicKey, Failure> {
    caught(|| Ok((&PublicKey::from_pem(&pem)?).into()))
}
