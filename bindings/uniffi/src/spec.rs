//! Specifications of new keys, by name, and key material to import.

use parsec_client::{AnySpec, PrivateKey, PublicKey, Secret, Zeroizing};

use crate::convert::Convert as _;
use crate::failure::Failure;
use crate::generated::{Hash, KeyAttributes, ProviderId};

/// An intended use of a new key that only some providers support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum KeyUse {
    /// Data in pieces, of any length.
    Streams,
    /// Wrapping the key with another key, for which it must be exportable; or wrapping other keys.
    Wrapping,
}

impl From<KeyUse> for parsec_client::KeyUse {
    fn from(used: KeyUse) -> Self {
        match used {
            KeyUse::Streams => Self::Streams,
            KeyUse::Wrapping => Self::Wrapping,
        }
    }
}

/// The specification of a new key.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct NativeSpec {
    /// One of [`spec_names`].
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// All attributes, instead of a name.
    #[uniffi(default = None)]
    pub attributes: Option<KeyAttributes>,
    /// The hash function, instead of the default of the kind.
    #[uniffi(default = None)]
    pub hash: Option<Hash>,
    /// Whether RSA signatures use PKCS #1 v1.5 instead of PSS.
    #[uniffi(default = false)]
    pub pkcs1: bool,
    /// Whether the key may be exported.
    #[uniffi(default = false)]
    pub exportable: bool,
    /// Whether the key may be copied.
    #[uniffi(default = false)]
    pub copyable: bool,
    /// The provider of the key.
    #[uniffi(default = None)]
    pub provider: Option<ProviderId>,
    /// Intended uses, which the provider must support.
    #[uniffi(default = [])]
    pub uses: Vec<KeyUse>,
}

impl NativeSpec {
    pub(crate) fn read(self) -> Result<AnySpec, Failure> {
        let mut spec = match (self.name, self.attributes) {
            (Some(name), None) => AnySpec::named(&name)?,
            (None, Some(attributes)) => AnySpec::from_attributes(attributes.convert()),
            _ => {
                let line = "a spec needs a name or attributes, and not both";
                return Err(Failure::invalid(line));
            }
        };
        if let Some(hash) = self.hash {
            spec = spec.hash(hash.convert())?;
        }
        if self.pkcs1 {
            spec = spec.pkcs1()?;
        }
        if self.exportable {
            spec = spec.exportable();
        }
        if self.copyable {
            spec = spec.copyable();
        }
        if let Some(provider) = self.provider {
            spec = spec.provider(provider.convert());
        }
        Ok(spec.uses(self.uses.into_iter().map(Into::into)))
    }
}

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
