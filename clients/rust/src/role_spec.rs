//! Specifications of new keys that do not sign.

use std::fmt;
use std::marker::PhantomData;

use parsec_contracts::types::Hash;

use crate::generated::handles::{
    AgreementKey, DecryptionKey, DerivationKey, MacKey, SymmetricKey, WrappingKey,
};
use crate::generated::key_options::KeyUse;
use crate::generated::kinds;
use crate::key_use::Uses;
use crate::kind::Kind;
use crate::spec::key_spec;
use parsec_contracts::ProviderId;

/// The specification of a key that does not sign, with the handle `H`. From [`aes_256_gcm`] and
/// similar functions.
pub struct RoleSpec<H> {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
    handle: PhantomData<fn() -> H>,
}

impl<H> RoleSpec<H> {
    fn new(kind: Kind) -> Self {
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

key_spec!(RoleSpec<SymmetricKey>, SymmetricKey, into_symmetric_key);
key_spec!(RoleSpec<MacKey>, MacKey, into_mac_key);
key_spec!(RoleSpec<DecryptionKey>, DecryptionKey, into_decryption_key);
key_spec!(RoleSpec<DerivationKey>, DerivationKey, into_derivation_key);
key_spec!(RoleSpec<AgreementKey>, AgreementKey, into_agreement_key);
key_spec!(RoleSpec<WrappingKey>, WrappingKey, into_wrapping_key);

/// A key for AES-GCM of 256 bits (NIST SP 800-38D): the recommended default.
pub fn aes_256_gcm() -> RoleSpec<SymmetricKey> {
    RoleSpec::new(kinds::AES_256_GCM)
}

/// A key for AES-GCM of 128 bits (NIST SP 800-38D).
pub fn aes_128_gcm() -> RoleSpec<SymmetricKey> {
    RoleSpec::new(kinds::AES_128_GCM)
}

/// A key for AES-CCM of 256 bits (NIST SP 800-38C).
pub fn aes_256_ccm() -> RoleSpec<SymmetricKey> {
    RoleSpec::new(kinds::AES_256_CCM)
}

/// A key for ChaCha20-Poly1305 (RFC 8439).
pub fn chacha20_poly1305() -> RoleSpec<SymmetricKey> {
    RoleSpec::new(kinds::CHACHA20_POLY1305)
}

/// A key for HMAC (RFC 2104), as long as the hash.
pub fn hmac(hash: Hash) -> RoleSpec<MacKey> {
    RoleSpec::new(kinds::HMAC.with_hash(hash))
}

/// A key for CMAC over AES of 256 bits (NIST SP 800-38B).
pub fn aes_cmac() -> RoleSpec<MacKey> {
    RoleSpec::new(kinds::AES_CMAC)
}

/// A key pair for RSA-OAEP with SHA-256 (RFC 8017, section 7.1), of 3072 bits, or 2048 bits if the
/// provider does not support 3072.
pub fn rsa_oaep() -> RoleSpec<DecryptionKey> {
    RoleSpec::new(kinds::RSA_OAEP)
}

/// A secret of 256 bits for HKDF with SHA-256 (RFC 5869).
pub fn hkdf() -> RoleSpec<DerivationKey> {
    RoleSpec::new(kinds::HKDF)
}

/// A key pair for ECDH on the NIST curve P-256.
pub fn ecdh_p256() -> RoleSpec<AgreementKey> {
    RoleSpec::new(kinds::ECDH_P256)
}

/// A key pair for X25519 (RFC 7748).
pub fn x25519() -> RoleSpec<AgreementKey> {
    RoleSpec::new(kinds::X25519)
}

/// A key of 256 bits for AES key wrap with padding (RFC 5649).
pub fn aes_key_wrap() -> RoleSpec<WrappingKey> {
    RoleSpec::new(kinds::AES_KEY_WRAP)
}
