//! The names of kinds of keys, and key material to import.

use parsec_client::{AnySpec, PrivateKey, PublicKey, Secret, Zeroizing};

use crate::failure::Failure;
pub(crate) use crate::generated::NativeSpec;

/// Returns the names that a [`NativeSpec`] may have.
#[uniffi::export]
pub fn spec_names() -> Vec<String> {
    AnySpec::names().map(str::to_owned).collect()
}

/// A private key to import: PKCS #8, SEC 1 or PKCS #1.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum PrivateMaterial {
    /// As DER.
    Der {
        /// The bytes.
        der: Secret,
    },
    /// As PEM: the text's bytes in UTF-8.
    Pem {
        /// The bytes.
        pem: Secret,
    },
}

impl PrivateMaterial {
    pub(crate) fn read(self) -> Result<PrivateKey, Failure> {
        match self {
            Self::Der { der } => Ok(PrivateKey::from_der(der.expose())?),
            Self::Pem { pem } => {
                let text = String::from_utf8(pem.into_vec()).map_err(|error| {
                    drop(Zeroizing::new(error.into_bytes()));
                    Failure::invalid("the private key is not PEM: its bytes are not text")
                })?;
                Ok(PrivateKey::from_pem(&Zeroizing::new(text))?)
            }
        }
    }
}

/// A public key to import: a `SubjectPublicKeyInfo`.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum PublicMaterial {
    /// As DER.
    Der {
        /// The bytes.
        der: Vec<u8>,
    },
    /// As PEM.
    Pem {
        /// The text.
        pem: String,
    },
}

impl PublicMaterial {
    pub(crate) fn read(self) -> Result<PublicKey, Failure> {
        Ok(match self {
            Self::Der { der } => PublicKey::from_der(&der)?,
            Self::Pem { pem } => PublicKey::from_pem(&pem)?,
        })
    }
}
