//! What a new key shall be.

use parsec_contracts::types::{Hash, KeyAttributes};

use crate::blocking;
use crate::error::Result;
use crate::generated::handles::Key;
use crate::generated::kinds;
use crate::key_use::KeyUse;
use crate::key_use::Uses;
use crate::kind::Kind;
use parsec_contracts::ProviderId;

/// What a new key shall be, and with it the type of its handle. Made by [`ecdsa_p256`],
/// [`rsa`](fn@rsa) and their kind; sealed.
pub trait KeySpec: sealed::Sealed + Clone + Send + Sync {
    /// The handle of [`Client`](crate::Client).
    type Handle;
    /// The handle of [`blocking::Client`].
    type BlockingHandle;

    /// The attributes that would do, the best first.
    fn choices(&self) -> Vec<KeyAttributes>;

    /// The one provider that it shall be, where that was said.
    fn provider(&self) -> Option<ProviderId>;

    /// What it will be used for that not every provider can do.
    #[doc(hidden)]
    fn uses(&self) -> sealed::Uses;

    /// The typed handle of a key that was made or opened with this specification.
    ///
    /// # Errors
    ///
    /// If the key is of another kind.
    fn handle(key: Key) -> Result<Self::Handle>;

    /// As [`KeySpec::handle`], blocking.
    ///
    /// # Errors
    ///
    /// If the key is of another kind.
    fn blocking_handle(key: blocking::Key) -> Result<Self::BlockingHandle>;
}

pub(crate) mod sealed {
    pub trait Sealed {}

    /// Several [`KeyUse`](crate::KeyUse)s, or none.
    #[derive(Debug, Clone, Copy)]
    pub struct Uses(pub(crate) crate::key_use::Uses);
}

/// A key pair that signs with ECDSA on NIST's curve P-256, over SHA-256: what every provider can
/// do, and the choice when in doubt.
pub fn ecdsa_p256() -> EcdsaSpec {
    EcdsaSpec::new(kinds::ECDSA_P256)
}

/// A key pair that signs with ECDSA on NIST's curve P-384, over SHA-384.
pub fn ecdsa_p384() -> EcdsaSpec {
    EcdsaSpec::new(kinds::ECDSA_P384)
}

/// A key pair that signs with ECDSA on NIST's curve P-521, over SHA-512.
pub fn ecdsa_p521() -> EcdsaSpec {
    EcdsaSpec::new(kinds::ECDSA_P521)
}

/// A key pair that signs with ECDSA on the curve secp256k1, over SHA-256.
pub fn ecdsa_secp256k1() -> EcdsaSpec {
    EcdsaSpec::new(kinds::ECDSA_SECP256K1)
}

/// A key pair that signs with ECDSA on the curve brainpoolP256r1, over SHA-256.
pub fn ecdsa_brainpool_p256() -> EcdsaSpec {
    EcdsaSpec::new(kinds::ECDSA_BRAINPOOL_P256)
}

/// A key pair that signs with RSA: PSS over SHA-256, of 3072 bits where the provider has them and
/// of 2048 where not, unless said otherwise.
///
/// ```
/// use parsec_client::rsa;
///
/// let spec = rsa().bits(2048).pkcs1();
/// # let _ = spec;
/// ```
pub fn rsa() -> RsaSpec {
    RsaSpec {
        kind: kinds::RSA,
        provider: None,
        uses: Uses::default(),
    }
}

/// A key pair that signs with Ed25519 (RFC 8032), where a provider has it: tokens may.
pub fn ed25519() -> EddsaSpec {
    EddsaSpec {
        kind: kinds::ED25519,
        provider: None,
        uses: Uses::default(),
    }
}

/// What every specification of a kind does; its handle is had by that conversion.
macro_rules! key_spec {
    ($spec:ty, $handle:ident, $into:ident) => {
        impl $crate::spec::sealed::Sealed for $spec {}

        impl $crate::spec::KeySpec for $spec {
            type Handle = $crate::$handle;
            type BlockingHandle = $crate::blocking::$handle;

            fn choices(&self) -> Vec<$crate::KeyAttributes> {
                self.kind.choices()
            }

            fn provider(&self) -> Option<$crate::ProviderId> {
                self.provider
            }

            fn uses(&self) -> $crate::spec::sealed::Uses {
                $crate::spec::sealed::Uses(self.uses)
            }

            fn handle(key: $crate::Key) -> $crate::Result<Self::Handle> {
                key.$into()
            }

            fn blocking_handle(key: $crate::blocking::Key) -> $crate::Result<Self::BlockingHandle> {
                key.$into()
            }
        }
    };
}
pub(crate) use key_spec;

/// What may be said of all kinds of key pairs that sign.
macro_rules! signs {
    ($spec:ident) => {
        impl $spec {
            /// Let the private key be exported. Without this it never leaves its provider.
            #[must_use]
            pub fn exportable(self) -> Self {
                Self {
                    kind: self.kind.exportable(),
                    ..self
                }
            }

            /// Keep the key in that provider, whatever the client would choose.
            #[must_use]
            pub fn provider(self, provider: ProviderId) -> Self {
                Self {
                    provider: Some(provider),
                    ..self
                }
            }

            /// Keep the key in a provider that can do that, as well.
            #[must_use]
            pub fn uses(self, uses: impl IntoIterator<Item = KeyUse>) -> Self {
                Self {
                    uses: self.uses.with(uses),
                    ..self
                }
            }
        }

        key_spec!($spec, SigningKey, into_signing_key);
    };
}

signs!(EddsaSpec);
signs!(EcdsaSpec);
signs!(RsaSpec);

/// A key pair for EdDSA. From [`ed25519`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EddsaSpec {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
}

/// A key pair for ECDSA. From [`ecdsa_p256`] and its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcdsaSpec {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
}

impl EcdsaSpec {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            provider: None,
            uses: Uses::default(),
        }
    }

    /// Sign over another hash.
    #[must_use]
    pub fn hash(self, hash: Hash) -> Self {
        Self {
            kind: self.kind.over(hash),
            ..self
        }
    }
}

/// A key pair for RSA signatures. From [`rsa`](fn@rsa).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsaSpec {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
}

impl RsaSpec {
    /// Bits of the modulus.
    #[must_use]
    pub fn bits(self, bits: u32) -> Self {
        Self {
            kind: self.kind.of_bits(bits),
            ..self
        }
    }

    /// Sign with PSS (RFC 8017, section 8.1), as is the default.
    #[must_use]
    pub fn pss(self) -> Self {
        Self {
            kind: self.kind.padded(false),
            ..self
        }
    }

    /// Sign with PKCS #1 v1.5 (RFC 8017, section 8.2), where a protocol asks for it.
    #[must_use]
    pub fn pkcs1(self) -> Self {
        Self {
            kind: self.kind.padded(true),
            ..self
        }
    }

    /// Sign over another hash.
    #[must_use]
    pub fn hash(self, hash: Hash) -> Self {
        Self {
            kind: self.kind.over(hash),
            ..self
        }
    }
}
