//! What the provider needs of a library of cryptography: key pairs, and what they are for.

mod psa;

use parsec_contracts::Secret;
use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, KeyType, RawKeyAgreement,
};
use parsec_provider::{KeyContext, KeyId, ProviderError};

/// A library of cryptography.
///
/// It works on keys in the wire's formats and may keep what it has loaded, under the key's number,
/// until it is told to forget it. It is asked only for what it says that it has.
pub(crate) trait Engine: Send + Sync {
    /// Whether it has this type of key, in whatever sizes.
    fn has_key_type(&self, key_type: &KeyType) -> bool;

    /// Whether it has keys of this type and size.
    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool;

    /// Whether it has the algorithm; that it suits the key is the caller's affair.
    fn has_signature(&self, alg: &AsymmetricSignature) -> bool;

    /// Makes a key pair.
    fn generate(&self, key_type: &KeyType, bits: u32) -> Result<Secret, ProviderError>;

    /// Reads a key pair or public key: its size, and its canonical form.
    fn import(&self, key_type: &KeyType, data: &[u8]) -> Result<(u32, Secret), ProviderError>;

    /// The public part of a key pair.
    fn public_key(&self, key: &KeyContext) -> Result<Vec<u8>, ProviderError>;

    /// Signs a hash.
    fn sign_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError>;

    /// Checks the signature of a hash.
    fn verify_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError>;

    /// Whether keys of this type and size, or of some size if that is 0, can agree on a secret.
    fn has_agreement(&self, key_type: &KeyType, bits: u32, alg: RawKeyAgreement) -> bool;

    /// The secret that a key pair shares with the holder of another, whose public part is given.
    fn agree(
        &self,
        key: &KeyContext,
        alg: RawKeyAgreement,
        peer_key: &[u8],
    ) -> Result<Secret, ProviderError>;

    /// Whether it has the algorithm; that it suits the key is the caller's affair.
    fn has_encryption(&self, alg: &AsymmetricEncryption) -> bool;

    /// Encrypts to a public key, or to the public part of a key pair, a message for which there is
    /// room. Only OAEP may have a label that is not empty.
    fn encrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        plaintext: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts with a key pair. Every ciphertext that is none is refused in the same words.
    fn decrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Secret, ProviderError>;

    /// Wipes what is loaded of the key, which may be loaded again.
    fn purge(&self, key: KeyId) -> Result<(), ProviderError>;

    /// Wipes what is loaded of the key, for good.
    fn forget(&self, key: KeyId) -> Result<(), ProviderError>;
}

/// Starts the engine that this build has.
pub(crate) fn start() -> Result<Box<dyn Engine>, ProviderError> {
    Ok(Box::new(psa::PsaEngine::start()?))
}
