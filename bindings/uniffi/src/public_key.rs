//! Public keys as plain data.

use parsec_client::PublicKey;

use crate::convert::Convert as _;
use crate::failure::Failure;
use crate::generated::{AsymmetricSignature, KeyType};
use crate::panics::caught;
use crate::signature::{SignatureForm, matched};

/// A public key in all formats.
#[derive(Debug, Clone, uniffi::Record)]
pub struct NativePublicKey {
    /// A DER `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
    pub der: Vec<u8>,
    /// The PSA Crypto API's format: a point `04 ‖ X ‖ Y`, a Montgomery coordinate, or PKCS #1.
    pub raw: Vec<u8>,
    /// PEM with the label `PUBLIC KEY`.
    pub pem: String,
    /// A JSON Web Key (RFC 7517), if the curve has a name there.
    pub jwk: Option<String>,
    /// A short description: `P-256`, `RSA 2048`.
    pub description: String,
    /// The size of the curve's field or of the modulus, in bits.
    pub bits: u32,
    /// The key type of this public key.
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

/// Parses a DER `SubjectPublicKeyInfo`.
#[uniffi::export]
pub fn read_public_key_der(der: Vec<u8>) -> Result<NativePublicKey, Failure> {
    caught(|| valid(&PublicKey::from_der(&der)?))
}

/// Parses PEM with the label `PUBLIC KEY`.
#[uniffi::export]
pub fn read_public_key_pem(pem: String) -> Result<NativePublicKey, Failure> {
    caught(|| valid(&PublicKey::from_pem(&pem)?))
}

/// Parses the PSA Crypto API's format of a key type. The size of an RSA key is read from its modulus.
#[uniffi::export]
pub fn read_public_key_raw(
    key_type: KeyType,
    bits: u32,
    raw: Vec<u8>,
) -> Result<NativePublicKey, Failure> {
    caught(|| valid(&PublicKey::from_raw(key_type.convert(), bits, raw)?))
}

fn valid(key: &PublicKey) -> Result<NativePublicKey, Failure> {
    key.validate()?;
    Ok(key.into())
}

/// Verifies the signature of a message, or of a hash, without the service. The key is a DER
/// `SubjectPublicKeyInfo`, an ECDSA signature r and then s.
#[uniffi::export]
pub fn verify_locally(
    der: Vec<u8>,
    algorithm: AsymmetricSignature,
    data: Vec<u8>,
    is_hash: bool,
    signature: Vec<u8>,
) -> Result<bool, Failure> {
    caught(|| {
        let key = PublicKey::from_der(&der)?;
        let algorithm = algorithm.convert();
        matched(
            SignatureForm::Raw
                .read(&signature, &key)
                .and_then(|signature| match is_hash {
                    true => key.verify_hash(algorithm, &data, &signature),
                    false => key.verify(algorithm, &data, &signature),
                }),
        )
    })
}
