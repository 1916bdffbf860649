//! What a new key shall be, by name, and material from elsewhere.

use parsec_client::{AnySpec, PrivateKey, PublicKey, Secret, Zeroizing};

use crate::convert::Convert as _;
use crate::failure::Failure;
use crate::generated::{Hash, KeyAttributes, ProviderId};

/// What a new key will be used for that only some providers can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum KeyUse {
    /// Data in pieces, however long it is.
    Streams,
    /// Being encrypted under another key, for which it must be exportable; or encrypting other keys.
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

/// What a new key shall be.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct NativeSpec {
    /// One of [`spec_names`].
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// All attributes, in place of a name.
    #[uniffi(default = None)]
    pub attributes: Option<KeyAttributes>,
    /// Another hash than the name says.
    #[uniffi(default = None)]
    pub hash: Option<Hash>,
    /// RSA signatures after PKCS #1 v1.5 and not PSS.
    #[uniffi(default = false)]
    pub pkcs1: bool,
    /// Let the key be exported.
    #[uniffi(default = false)]
    pub exportable: bool,
    /// Let the key be copied.
    #[uniffi(default = false)]
    pub copyable: bool,
    /// The provider to keep it.
    #[uniffi(default = None)]
    pub provider: Option<ProviderId>,
    /// What it will be used for, so that a provider keeps it that can do that.
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

/// The names that a [`NativeSpec`] may have.
#[uniffi::export]
pub fn spec_names() -> Vec<String> {
    AnySpec::names().map(str::to_owned).collect()
}

/// A private key from elsewhere: PKCS #8, SEC 1 or PKCS #1.
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
                    Failure::invalid("the private key is no PEM: its bytes are no text")
                })?;
                Ok(PrivateKey::from_pem(&Zeroizing::new(text))?)
            }
        }
    }
}

/// A public key from elsewhere: a `SubjectPublicKeyInfo`.
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
