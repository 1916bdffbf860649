//! Signatures and the results of checks.

use parsec_client::{ErrorKind, PublicKey, Signature};

use crate::failure::Failure;

/// A signature, in both of its encodings; those of RSA and EdDSA are the same.
#[derive(Debug, Clone, uniffi::Record)]
pub struct NativeSignature {
    /// r and then s, each as long as the order of the curve.
    pub raw: Vec<u8>,
    /// A DER sequence of the two numbers (RFC 3279, section 2.2.3).
    pub der: Vec<u8>,
}

impl From<Signature> for NativeSignature {
    fn from(signature: Signature) -> Self {
        Self {
            raw: signature.to_raw(),
            der: signature.to_der(),
        }
    }
}

/// The encoding of an ECDSA signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SignatureForm {
    /// r and then s.
    Raw,
    /// A DER sequence.
    Der,
}

impl SignatureForm {
    /// Reads a signature of a key.
    pub(crate) fn read(self, bytes: &[u8], key: &PublicKey) -> parsec_client::Result<Signature> {
        match self {
            Self::Raw => Signature::from_raw(bytes, key),
            Self::Der => Signature::from_der(bytes, key),
        }
    }

    /// Reads several signatures of a key.
    pub(crate) fn read_all(
        self,
        signatures: &[Vec<u8>],
        key: &PublicKey,
    ) -> parsec_client::Result<Vec<Signature>> {
        let signatures = signatures.iter();
        signatures.map(|bytes| self.read(bytes, key)).collect()
    }
}

/// The result of a check: a mismatch is `false` in Kotlin and Swift, not an error.
pub(crate) fn matched(checked: parsec_client::Result<()>) -> Result<bool, Failure> {
    match checked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::InvalidSignature => Ok(false),
        Err(error) => Err(error.into()),
    }
}
