//! A key outside the service, of any type.

use std::fmt;

use parsec_contracts::Secret;

use crate::any_spec::AnySpec;
use crate::error::{Error, Result};
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;

/// A key outside the service, from a file of any format.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMaterial {
    /// A key pair.
    Private(PrivateKey),
    /// A public key.
    Public(PublicKey),
    /// A symmetric key, from a JSON Web Key.
    Secret {
        /// The bytes of the key.
        bytes: Secret,
        /// The kind of key that the file names, as for [`AnySpec::named`](crate::AnySpec::named).
        kind: Option<&'static str>,
    },
}

impl KeyMaterial {
    /// Returns the specification that suits the key: for signatures, on a Montgomery curve for key
    /// agreement, and for a symmetric key the kind that its file names. The import of an RSA key
    /// also keeps the restrictions of the key's file, such as the parameters of an RSA-PSS key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the file of a symmetric
    /// key names no kind that this client knows.
    pub fn spec(&self) -> Result<AnySpec> {
        let spec = match self {
            Self::Private(key) => AnySpec::of_key(key.key_type(), key.bits()),
            Self::Public(key) => AnySpec::of_key(key.key_type(), key.bits()),
            Self::Secret { kind, .. } => kind.map(AnySpec::named).transpose()?,
        };
        spec.ok_or_else(|| {
            Error::invalid(
                "the key is symmetric, and its file names no kind",
                "name the kind, such as hmac or aes-256-gcm",
            )
        })
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private(key) => key.fmt(f),
            Self::Public(key) => key.fmt(f),
            Self::Secret { bytes, .. } => write!(f, "Secret({} bits)", 8 * bytes.len()),
        }
    }
}
