//! Specifications of new keys that sign.

use parsec_contracts::types::{Hash, KeyAttributes};

use crate::blocking;
use crate::error::Result;
use crate::generated::handles::Key;
use crate::generated::key_options::{KeyUse, Padding};
use crate::key_use::Uses;
use crate::kind::Kind;
use parsec_contracts::ProviderId;

/// The specification of a new key, which also determines the type of its handle. Returned by
/// [`ecdsa_p256`](crate::ecdsa_p256), [`rsa`](fn@crate::rsa) and similar functions; sealed.
pub trait KeySpec: sealed::Sealed + Clone + Send + Sync {
    /// The handle from [`Client`](crate::Client).
    type Handle;
    /// The handle from [`blocking::Client`].
    type BlockingHandle;

    /// Returns the possible attributes, the best first.
    fn choices(&self) -> Vec<KeyAttributes>;

    /// Returns the provider, if one is set.
    fn provider(&self) -> Option<ProviderId>;

    /// Returns the intended uses that not every provider supports.
    #[doc(hidden)]
    fn uses(&self) -> sealed::Uses;

    /// Returns whether nobody chose the padding and hash function of RSA signatures, so that a key
    /// to import can determine them.
    #[doc(hidden)]
    fn is_open(&self) -> bool {
        false
    }

    /// Returns the typed handle of a key that was generated or opened with this specification.
    ///
    /// # Errors
    ///
    /// An error if the key is of another kind.
    fn handle(key: Key) -> Result<Self::Handle>;

    /// Like [`KeySpec::handle`], for blocking code.
    ///
    /// # Errors
    ///
    /// An error if the key is of another kind.
    fn blocking_handle(key: blocking::Key) -> Result<Self::BlockingHandle>;
}

pub(crate) mod sealed {
    pub trait Sealed {}

    /// Several [`KeyUse`](crate::KeyUse)s, or none.
    #[derive(Debug, Clone, Copy)]
    pub struct Uses(pub(crate) crate::key_use::Uses);
}

/// Implements [`KeySpec`] for the specification of a kind; the key converts into its handle with
/// the given method.
macro_rules! key_spec {
    ($spec:ty, $handle:ident, $into:ident $(, open: $open:ident)?) => {
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

            $(fn is_open(&self) -> bool {
                self.$open
            })?

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

/// Options of all kinds of key pairs that sign.
macro_rules! signs {
    ($spec:ident $(, open: $open:ident)?) => {
        impl $spec {
            pub(crate) fn new(kind: Kind) -> Self {
                Self {
                    kind,
                    provider: None,
                    uses: Uses::default(),
                    $($open: true,)?
                }
            }

            /// Permits exporting the private key. Without this it never leaves its provider.
            #[must_use]
            pub fn exportable(self) -> Self {
                Self {
                    kind: self.kind.exportable(),
                    ..self
                }
            }

            /// Permits copying the key within its provider.
            #[must_use]
            pub fn copyable(self) -> Self {
                Self {
                    kind: self.kind.copyable(),
                    ..self
                }
            }

            /// Sets the provider of the key; by default the client chooses one.
            #[must_use]
            pub fn provider(self, provider: ProviderId) -> Self {
                Self {
                    provider: Some(provider),
                    ..self
                }
            }

            /// Requires a provider that also supports these uses.
            #[must_use]
            pub fn uses(self, uses: impl IntoIterator<Item = KeyUse>) -> Self {
                Self {
                    uses: self.uses.with(uses),
                    ..self
                }
            }
        }

        key_spec!($spec, SigningKey, into_signing_key $(, open: $open)?);
    };
}

signs!(EddsaSpec);
signs!(EcdsaSpec);
signs!(RsaSpec, open: open);

/// A key pair for EdDSA. From [`ed25519`](crate::ed25519).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EddsaSpec {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
}

/// A key pair for ECDSA. From [`ecdsa_p256`](crate::ecdsa_p256) and similar functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcdsaSpec {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
}

impl EcdsaSpec {
    /// Sets the hash function.
    #[must_use]
    pub fn hash(self, hash: Hash) -> Self {
        Self {
            kind: self.kind.with_hash(hash),
            ..self
        }
    }
}

/// A key pair for RSA signatures. From [`rsa`](fn@crate::rsa).
///
/// ```
/// use parsec_client::rsa;
///
/// let spec = rsa().bits(2048).pkcs1();
/// # let _ = spec;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsaSpec {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
    /// Whether padding and hash function are the defaults.
    open: bool,
}

impl RsaSpec {
    /// Sets the size of the modulus in bits.
    #[must_use]
    pub fn bits(self, bits: u32) -> Self {
        Self {
            kind: self.kind.of_bits(bits),
            ..self
        }
    }

    /// Signs with PSS (RFC 8017, section 8.1), the default.
    #[must_use]
    pub fn pss(self) -> Self {
        Self {
            kind: self.kind.padded(Padding::Pss),
            open: false,
            ..self
        }
    }

    /// Signs with PKCS #1 v1.5 (RFC 8017, section 8.2), for protocols that require it.
    #[must_use]
    pub fn pkcs1(self) -> Self {
        Self {
            kind: self.kind.padded(Padding::Pkcs1),
            open: false,
            ..self
        }
    }

    /// Sets the hash function.
    #[must_use]
    pub fn hash(self, hash: Hash) -> Self {
        Self {
            kind: self.kind.with_hash(hash),
            open: false,
            ..self
        }
    }
}
