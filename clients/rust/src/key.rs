//! Handles of keys, async.

use std::fmt;
use std::time::Duration;

use parsec_contracts::types::{Hash, KeyAttributes};
use parsec_contracts::{Opcode, ProviderId, Zeroizing};

use crate::core::KeyCore;
use crate::transport::TokioTransport;
use crate::{Error, ErrorKind, PublicKey, Result, Signature};

/// A key of any kind. A name, not a resource: dropping it deletes nothing.
///
/// From [`Client::open`](crate::Client::open).
#[derive(Clone)]
pub struct Key {
    pub(crate) core: KeyCore<TokioTransport>,
}

impl Key {
    pub(crate) fn new(core: KeyCore<TokioTransport>) -> Self {
        Self { core }
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        self.core.name()
    }

    /// Where it lives.
    pub fn provider(&self) -> ProviderId {
        self.core.provider()
    }

    /// Its type, size and policy.
    pub fn attributes(&self) -> &KeyAttributes {
        self.core.attributes()
    }

    /// The public key, of keys that have one in a form this client knows.
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.core.public_key()
    }

    /// The handle for a key pair that signs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key is for something else.
    pub fn into_signing_key(self) -> Result<SigningKey> {
        self.core.check_signs()?;
        let public_key = self.core.public_key().cloned().ok_or_else(no_public_key)?;
        Ok(SigningKey {
            core: self.core,
            public_key,
        })
    }

    /// The handle for a key that verifies, a key pair or a public key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if the key is for something else.
    pub fn into_verifying_key(self) -> Result<VerifyingKey> {
        self.core.signature_algorithm()?;
        let public_key = self.core.public_key().cloned().ok_or_else(no_public_key)?;
        Ok(VerifyingKey {
            core: self.core,
            public_key,
        })
    }

    /// The key itself, as the PSA Crypto API has it: for a key pair the private part.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`] unless it was made exportable.
    pub async fn export_private(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.core.export_private().await
    }

    /// Makes a second key of the same material, type and policy, with the same provider.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`] unless the key was made copyable, and
    /// [`ErrorKind::KeyExists`] if the name is taken.
    pub async fn copy(&self, name: &str) -> Result<Self> {
        self.core.copy(name).await.map(Self::new)
    }

    /// Gives the key another name. Handles of the old one then answer
    /// [`ErrorKind::KeyNotFound`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`] if the name is taken, and [`ErrorKind::NotSupported`] if the
    /// service does no such thing.
    pub async fn rename(self, name: &str) -> Result<Self> {
        self.core.rename(name).await.map(Self::new)
    }

    /// The same key over connections of its own, for code that is not async.
    pub fn to_blocking(&self) -> crate::blocking::Key {
        crate::blocking::Key::new(self.core.apart())
    }

    /// The same key, waiting at most `timeout` for each answer.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self::new(self.core.with_timeout(timeout))
    }

    /// Deletes the key, for good.
    ///
    /// # Errors
    ///
    /// If it is already gone, or the service cannot be reached.
    pub async fn delete(self) -> Result<()> {
        self.core.delete().await
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Key", &self.core)
    }
}

/// A key pair that signs. A name, not a resource: dropping it deletes nothing, and it goes on
/// working after the service was restarted.
///
/// ```
/// use parsec_client::{Client, ErrorKind, ecdsa_p256};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = Client::builder().endpoint(endpoint).connect().await?;
/// let key = parsec.get_or_generate("releases", ecdsa_p256()).await?;
/// let signature = key.sign(b"hello").await?;
/// key.verify(b"hello", &signature).await?;
///
/// let error = key.verify(b"goodbye", &signature).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidSignature);
/// # key.delete().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SigningKey {
    core: KeyCore<TokioTransport>,
    public_key: PublicKey,
}

impl SigningKey {
    /// Signs a message: hashed as the key's policy says, here and not in the service, which gets
    /// only the hash. Where the policy permits nothing but whole messages, the message travels.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`] if the policy does not let the key sign, and
    /// [`ErrorKind::KeyNotFound`] if it was deleted.
    pub async fn sign(&self, message: impl AsRef<[u8]>) -> Result<Signature> {
        self.core.sign(message.as_ref(), None).await
    }

    /// As [`SigningKey::sign`], for keys whose policy leaves the hash open.
    ///
    /// # Errors
    ///
    /// As [`SigningKey::sign`], and [`ErrorKind::NotPermitted`] if the policy fixes another hash.
    pub async fn sign_with(&self, hash: Hash, message: impl AsRef<[u8]>) -> Result<Signature> {
        self.core.sign(message.as_ref(), Some(hash)).await
    }

    /// Signs the hash of a message that was made elsewhere.
    ///
    /// # Errors
    ///
    /// As [`SigningKey::sign`], and [`ErrorKind::InvalidArgument`] if it is not as long as the
    /// key's hash function makes it.
    pub async fn sign_hash(&self, hash: impl AsRef<[u8]>) -> Result<Signature> {
        self.core.sign_hash(hash.as_ref()).await
    }

    /// Verifies a signature of a message, in the service.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`] if it does not match.
    pub async fn verify(&self, message: impl AsRef<[u8]>, signature: &Signature) -> Result<()> {
        self.core.verify(message.as_ref(), signature, None).await
    }

    /// As [`SigningKey::verify`], for keys whose policy leaves the hash open.
    ///
    /// # Errors
    ///
    /// As [`SigningKey::verify`].
    pub async fn verify_with(
        &self,
        hash: Hash,
        message: impl AsRef<[u8]>,
        signature: &Signature,
    ) -> Result<()> {
        self.core
            .verify(message.as_ref(), signature, Some(hash))
            .await
    }

    /// Verifies a signature of a message whose hash was made elsewhere.
    ///
    /// # Errors
    ///
    /// As [`SigningKey::verify`].
    pub async fn verify_hash(&self, hash: impl AsRef<[u8]>, signature: &Signature) -> Result<()> {
        self.core.verify_hash(hash.as_ref(), signature).await
    }

    /// The same as a key of any kind.
    pub fn key(&self) -> Key {
        Key::new(self.core.clone())
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        self.core.name()
    }

    /// Where it lives.
    pub fn provider(&self) -> ProviderId {
        self.core.provider()
    }

    /// Its type, size and policy.
    pub fn attributes(&self) -> &KeyAttributes {
        self.core.attributes()
    }

    /// The private key, as the PSA Crypto API has it;
    /// [`PrivateKey::from_raw`](crate::PrivateKey::from_raw) makes PEM of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`] unless the key was made exportable.
    pub async fn export_private(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.core.export_private().await
    }

    /// Deletes the key, for good. Other handles of it then answer
    /// [`ErrorKind::KeyNotFound`].
    ///
    /// # Errors
    ///
    /// If it is already gone, or the service cannot be reached.
    pub async fn delete(self) -> Result<()> {
        self.core.delete().await
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "SigningKey", &self.core)
    }
}

/// A key that verifies signatures in the service: a key pair, or somebody's public key that was
/// imported.
#[derive(Clone)]
pub struct VerifyingKey {
    core: KeyCore<TokioTransport>,
    public_key: PublicKey,
}

impl VerifyingKey {
    /// Verifies a signature of a message.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`] if it does not match.
    pub async fn verify(&self, message: impl AsRef<[u8]>, signature: &Signature) -> Result<()> {
        self.core.verify(message.as_ref(), signature, None).await
    }

    /// As [`VerifyingKey::verify`], for keys whose policy leaves the hash open.
    ///
    /// # Errors
    ///
    /// As [`VerifyingKey::verify`].
    pub async fn verify_with(
        &self,
        hash: Hash,
        message: impl AsRef<[u8]>,
        signature: &Signature,
    ) -> Result<()> {
        self.core
            .verify(message.as_ref(), signature, Some(hash))
            .await
    }

    /// Verifies a signature of a message whose hash was made elsewhere.
    ///
    /// # Errors
    ///
    /// As [`VerifyingKey::verify`].
    pub async fn verify_hash(&self, hash: impl AsRef<[u8]>, signature: &Signature) -> Result<()> {
        self.core.verify_hash(hash.as_ref(), signature).await
    }

    /// The same as a key of any kind.
    pub fn key(&self) -> Key {
        Key::new(self.core.clone())
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        self.core.name()
    }

    /// Where it lives.
    pub fn provider(&self) -> ProviderId {
        self.core.provider()
    }

    /// Its type, size and policy.
    pub fn attributes(&self) -> &KeyAttributes {
        self.core.attributes()
    }

    /// Deletes the key, for good.
    ///
    /// # Errors
    ///
    /// If it is already gone, or the service cannot be reached.
    pub async fn delete(self) -> Result<()> {
        self.core.delete().await
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "VerifyingKey", &self.core)
    }
}

fn debug(f: &mut fmt::Formatter<'_>, what: &str, core: &KeyCore<TokioTransport>) -> fmt::Result {
    f.debug_struct(what)
        .field("name", &core.name())
        .field("provider", &core.provider())
        .field("attributes", core.attributes())
        .finish_non_exhaustive()
}

fn no_public_key() -> Error {
    Error::new(
        ErrorKind::Internal,
        "an asymmetric key has no public part",
        "please report this",
    )
    .with_operation(Opcode::PsaExportPublicKey)
}
