//! The names of kinds of keys, and key material to import.

use parsec_client::{AnySpec, PrivateKey, PublicKey, Secret, Zeroizing};

use crate::failure::Failure;
pub(crate) use crate::generated::NativeSpec;

/// Returns the names that a [`NativeSpec`] may have.
#[uniffi::export]
pub fn spec_names() -> Vec<String> {
    AnySpec::names().map(str::to_owned).collect()
}

/// A private key to import, in any format that the client reads.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum PrivateMaterial {
    /// As bytes: DER and other formats.
    Der {
        /// The bytes.
        der: Secret,
    },
    /// As text: PEM and other formats.
    Pem {
        /// The text's bytes in UTF-8.
        pem: Secret,
    },
}

impl PrivateMaterial {
    pub(crate) fn read(self, passphrase: Option<String>) -> Result<PrivateKey, Failure> {
        let passphrase = passphrase.map(Zeroizing::new);
        let passphrase = passphrase.as_ref().map(|text| text.as_str());
        let (Self::Der { der: data } | Self::Pem { pem: data }) = self;
        Ok(PrivateKey::parse(data.expose(), passphrase)?)
    }
}

/// A public key to import, in any format that the client reads.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum PublicMaterial {
    /// As bytes: DER.
    Der {
        /// The bytes.
        der: Vec<u8>,
    },
    /// As text: PEM and other formats.
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
