//! What a new key that does not sign shall be.

use std::fmt;
use std::marker::PhantomData;

use parsec_contracts::types::Hash;

use crate::generated::kinds;
use crate::key_use::Uses;
use crate::kind::Kind;
use crate::spec::key_spec;
use crate::{
    AgreementKey, DecryptionKey, DerivationKey, KeyUse, MacKey, ProviderId, SymmetricKey,
    WrappingKey,
};

/// A key that does not sign, and whose handle is `H`. From [`aes_256_gcm`] and its kind.
pub struct SecretSpec<H> {
    kind: Kind,
    provider: Option<ProviderId>,
    uses: Uses,
    handle: PhantomData<fn() -> H>,
}

impl<H> SecretSpec<H> {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            provider: None,
            uses: Uses::default(),
            handle: PhantomData,
        }
    }

    /// Let the key be exported, or wrapped. Without this it never leaves its provider.
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

impl<H> Clone for SecretSpec<H> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<H> fmt::Debug for SecretSpec<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretSpec")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

key_spec!(SecretSpec<SymmetricKey>, SymmetricKey, into_symmetric_key);
key_spec!(SecretSpec<MacKey>, MacKey, into_mac_key);
key_spec!(
    SecretSpec<DecryptionKey>,
    DecryptionKey,
    into_decryption_key
);
key_spec!(
    SecretSpec<DerivationKey>,
    DerivationKey,
    into_derivation_key
);
key_spec!(SecretSpec<AgreementKey>, AgreementKey, into_agreement_key);
key_spec!(SecretSpec<WrappingKey>, WrappingKey, into_wrapping_key);

/// A key for AES-GCM of 256 bits (NIST SP 800-38D): the choice when in doubt.
pub fn aes_256_gcm() -> SecretSpec<SymmetricKey> {
    SecretSpec::new(kinds::AES_256_GCM)
}

/// A key for AES-GCM of 128 bits (NIST SP 800-38D).
pub fn aes_128_gcm() -> SecretSpec<SymmetricKey> {
    SecretSpec::new(kinds::AES_128_GCM)
}

/// A key for AES-CCM of 256 bits (NIST SP 800-38C).
pub fn aes_256_ccm() -> SecretSpec<SymmetricKey> {
    SecretSpec::new(kinds::AES_256_CCM)
}

/// A key for ChaCha20-Poly1305 (RFC 8439).
pub fn chacha20_poly1305() -> SecretSpec<SymmetricKey> {
    SecretSpec::new(kinds::CHACHA20_POLY1305)
}

/// A key for HMAC (RFC 2104), as long as the hash.
pub fn hmac(hash: Hash) -> SecretSpec<MacKey> {
    SecretSpec::new(kinds::HMAC.over(hash))
}

/// A key for CMAC over AES of 256 bits (NIST SP 800-38B).
pub fn aes_cmac() -> SecretSpec<MacKey> {
    SecretSpec::new(kinds::AES_CMAC)
}

/// A key pair for RSA-OAEP over SHA-256 (RFC 8017, 7.1), of 3072 bits where the provider has them
/// and of 2048 where not.
pub fn rsa_oaep() -> SecretSpec<DecryptionKey> {
    SecretSpec::new(kinds::RSA_OAEP)
}

/// A secret of 256 bits for HKDF over SHA-256 (RFC 5869).
pub fn hkdf() -> SecretSpec<DerivationKey> {
    SecretSpec::new(kinds::HKDF)
}

/// A key pair for ECDH on NIST's curve P-256.
pub fn ecdh_p256() -> SecretSpec<AgreementKey> {
    SecretSpec::new(kinds::ECDH_P256)
}

/// A key pair for X25519 (RFC 7748).
pub fn x25519() -> SecretSpec<AgreementKey> {
    SecretSpec::new(kinds::X25519)
}

/// A key of 256 bits for AES key wrap with padding (RFC 5649).
pub fn aes_key_wrap() -> SecretSpec<WrappingKey> {
    SecretSpec::new(kinds::AES_KEY_WRAP)
}
