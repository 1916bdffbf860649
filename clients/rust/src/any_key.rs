//! Keys as what they are for, async.

use crate::core::Role;
use crate::{
    AgreementKey, DecryptionKey, DerivationKey, Key, MacKey, SigningKey, SymmetricKey,
    VerifyingKey, WrappingKey,
};

/// A key as what its policy says that it is for. From [`Key::into_any`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AnyKey {
    /// A key pair that signs.
    Signing(SigningKey),
    /// A public key that verifies signatures.
    Verifying(VerifyingKey),
    /// A key for authenticated encryption.
    Symmetric(SymmetricKey),
    /// A key for authentication codes.
    Mac(MacKey),
    /// A key pair, or a public key, for asymmetric encryption.
    Decryption(DecryptionKey),
    /// A secret to derive from.
    Derivation(DerivationKey),
    /// A key pair for key agreement.
    Agreement(AgreementKey),
    /// A key that wraps others.
    Wrapping(WrappingKey),
    /// A key for something that has no handle of its own.
    Other(Key),
}

impl Key {
    /// The handle that fits what the key is for.
    pub fn into_any(self) -> AnyKey {
        let any = match self.core.role() {
            Some(Role::Symmetric) => self.clone().into_symmetric_key().map(AnyKey::Symmetric),
            Some(Role::Mac) => self.clone().into_mac_key().map(AnyKey::Mac),
            Some(Role::Decryption) => self.clone().into_decryption_key().map(AnyKey::Decryption),
            Some(Role::Derivation) => self.clone().into_derivation_key().map(AnyKey::Derivation),
            Some(Role::Agreement) => self.clone().into_agreement_key().map(AnyKey::Agreement),
            Some(Role::Wrapping) => self.clone().into_wrapping_key().map(AnyKey::Wrapping),
            None if self.core.check_signs().is_ok() => {
                self.clone().into_signing_key().map(AnyKey::Signing)
            }
            None => self.clone().into_verifying_key().map(AnyKey::Verifying),
        };
        any.unwrap_or(AnyKey::Other(self))
    }
}

impl AnyKey {
    /// What the key is for, in a word: `signing`, `verifying`, `symmetric`, `mac`, `decryption`,
    /// `derivation`, `agreement`, `wrapping` or `other`.
    pub fn role(&self) -> &'static str {
        match self {
            Self::Signing(_) => "signing",
            Self::Verifying(_) => "verifying",
            Self::Symmetric(_) => "symmetric",
            Self::Mac(_) => "mac",
            Self::Decryption(_) => "decryption",
            Self::Derivation(_) => "derivation",
            Self::Agreement(_) => "agreement",
            Self::Wrapping(_) => "wrapping",
            Self::Other(_) => "other",
        }
    }

    /// The same as a key of any kind.
    pub fn key(&self) -> Key {
        match self {
            Self::Signing(key) => key.key(),
            Self::Verifying(key) => key.key(),
            Self::Symmetric(key) => key.key(),
            Self::Mac(key) => key.key(),
            Self::Decryption(key) => key.key(),
            Self::Derivation(key) => key.key(),
            Self::Agreement(key) => key.key(),
            Self::Wrapping(key) => key.key(),
            Self::Other(key) => key.clone(),
        }
    }
}
