//! Specifications of new keys with the options that all kinds have.

use std::fmt;
use std::marker::PhantomData;

use parsec_contracts::types::Hash;

use crate::generated::handles::{
    AgreementKey, DecryptionKey, DerivationKey, MacKey, SigningKey, SymmetricKey, WrappingKey,
};
use crate::generated::key_options::KeyUse;
use crate::generated::kinds;
use crate::key_use::Uses;
use crate::kind::Kind;
use crate::spec::key_spec;
use parsec_contracts::ProviderId;

/// The specification of a key with the handle `H`. From [`aes_256_gcm`](crate::aes_256_gcm) and similar
/// functions.
pub struct RoleSpec<H> {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
    handle: PhantomData<fn() -> H>,
}

impl<H> RoleSpec<H> {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            provider: None,
            uses: Uses::default(),
            handle: PhantomData,
        }
    }

    /// Permits exporting and wrapping the key. Without this it never leaves its provider.
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
    ///
    /// ```
    /// # use parsec_client::{Endpoint, KeyUse, aes_256_gcm, blocking::Client};
    /// # let service = parsec_harness::shared_service();
    /// # let endpoint = Endpoint::parse(&service.endpoint())?;
    /// # let parsec = Client::builder().endpoint(endpoint).connect()?;
    /// let films = parsec.get_or_generate("films", aes_256_gcm().uses([KeyUse::Streams]))?;
    /// let mut stream = films.encrypt_stream(b"film 7", None)?;
    /// # stream.abort()?;
    /// # films.delete()?;
    /// # Ok::<(), parsec_client::Error>(())
    /// ```
    #[must_use]
    pub fn uses(self, uses: impl IntoIterator<Item = KeyUse>) -> Self {
        Self {
            uses: self.uses.with(uses),
            ..self
        }
    }
}

impl<H> Clone for RoleSpec<H> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<H> fmt::Debug for RoleSpec<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoleSpec")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

key_spec!(RoleSpec<SigningKey>, SigningKey, into_signing_key);
key_spec!(RoleSpec<SymmetricKey>, SymmetricKey, into_symmetric_key);
key_spec!(RoleSpec<MacKey>, MacKey, into_mac_key);
key_spec!(RoleSpec<DecryptionKey>, DecryptionKey, into_decryption_key);
key_spec!(RoleSpec<DerivationKey>, DerivationKey, into_derivation_key);
key_spec!(RoleSpec<AgreementKey>, AgreementKey, into_agreement_key);
key_spec!(RoleSpec<WrappingKey>, WrappingKey, into_wrapping_key);

/// A key for HMAC (RFC 2104) with any hash function, as long as the hash.
pub fn hmac(hash: Hash) -> RoleSpec<MacKey> {
    RoleSpec::new(kinds::HMAC.with_hash(hash))
}
