//! Handles of keys that do not sign, async.

use std::fmt;

use parsec_contracts::types::KeyAttributes;
use parsec_contracts::{ProviderId, Zeroizing};

use crate::core::{KeyCore, Role};
use crate::key::Key;
use crate::transport::TokioTransport;
use crate::{KeySpec, Result};

impl Key {
    /// The handle for what [`SymmetricKey`] does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the key is for
    /// something else.
    pub fn into_symmetric_key(self) -> Result<SymmetricKey> {
        self.core.check_role(Role::Symmetric)?;
        Ok(SymmetricKey { core: self.core })
    }

    /// The handle for what [`MacKey`] does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the key is for
    /// something else.
    pub fn into_mac_key(self) -> Result<MacKey> {
        self.core.check_role(Role::Mac)?;
        Ok(MacKey { core: self.core })
    }

    /// The handle for what [`DecryptionKey`] does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the key is for
    /// something else.
    pub fn into_decryption_key(self) -> Result<DecryptionKey> {
        self.core.check_role(Role::Decryption)?;
        Ok(DecryptionKey { core: self.core })
    }

    /// The handle for what [`DerivationKey`] does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the key is for
    /// something else.
    pub fn into_derivation_key(self) -> Result<DerivationKey> {
        self.core.check_role(Role::Derivation)?;
        Ok(DerivationKey { core: self.core })
    }

    /// The handle for what [`AgreementKey`] does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the key is for
    /// something else.
    pub fn into_agreement_key(self) -> Result<AgreementKey> {
        self.core.check_role(Role::Agreement)?;
        Ok(AgreementKey { core: self.core })
    }

    /// The handle for what [`WrappingKey`] does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the key is for
    /// something else.
    pub fn into_wrapping_key(self) -> Result<WrappingKey> {
        self.core.check_role(Role::Wrapping)?;
        Ok(WrappingKey { core: self.core })
    }
}

/// A key that encrypts and protects data: AES-GCM and its kind. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::aes_256_gcm;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::Service::start();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let key = parsec.generate("vault", aes_256_gcm()).await?;
/// let sealed = key.encrypt(b"hello").await?;
/// assert_eq!(key.decrypt(&sealed).await?.as_slice(), b"hello");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SymmetricKey {
    core: KeyCore<TokioTransport>,
}

impl SymmetricKey {
    /// Encrypts: a fresh random nonce of 12 bytes, the ciphertext, the tag.
    ///
    /// More than four thousand million messages under one key would make a repeated nonce likely.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`](crate::ErrorKind::NotPermitted) if the policy does not let it.
    pub async fn encrypt(&self, plaintext: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        self.core.seal(&[], plaintext.as_ref()).await
    }

    /// As `encrypt`, bound to a context that is protected but not encrypted, and needed again to decrypt.
    ///
    /// # Errors
    ///
    /// As `encrypt`.
    pub async fn encrypt_with_context(
        &self,
        context: impl AsRef<[u8]>,
        plaintext: impl AsRef<[u8]>,
    ) -> Result<Vec<u8>> {
        self.core.seal(context.as_ref(), plaintext.as_ref()).await
    }

    /// Decrypts what `encrypt` gave.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`](crate::ErrorKind::InvalidSignature) if anything of it was changed, or was encrypted under another key or context.
    pub async fn decrypt(&self, sealed: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        self.core.open(&[], sealed.as_ref()).await
    }

    /// Decrypts what `encrypt_with_context` gave.
    ///
    /// # Errors
    ///
    /// As `decrypt`.
    pub async fn decrypt_with_context(
        &self,
        context: impl AsRef<[u8]>,
        sealed: impl AsRef<[u8]>,
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.core.open(context.as_ref(), sealed.as_ref()).await
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

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SymmetricKey")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A key that makes and checks authentication codes: HMAC or CMAC. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::{Hash, hmac};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::Service::start();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let key = parsec.generate("cookies", hmac(Hash::Sha256)).await?;
/// let code = key.compute(b"user=7").await?;
/// key.verify(b"user=7", &code).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MacKey {
    core: KeyCore<TokioTransport>,
}

impl MacKey {
    /// The authentication code of the data.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`](crate::ErrorKind::NotPermitted) if the policy does not let it.
    pub async fn compute(&self, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        self.core.authenticate(data.as_ref()).await
    }

    /// Checks a code, in a time that does not tell where it differs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`](crate::ErrorKind::InvalidSignature) if it is wrong.
    pub async fn verify(&self, data: impl AsRef<[u8]>, code: impl AsRef<[u8]>) -> Result<()> {
        self.core.check_code(data.as_ref(), code.as_ref()).await
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

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MacKey")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A key pair to whose holder short messages are encrypted: RSA-OAEP. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::rsa_oaep;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::Service::start();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let key = parsec.generate("letterbox", rsa_oaep()).await?;
/// let sealed = key.encrypt(b"hello").await?;
/// assert_eq!(key.decrypt(&sealed).await?.as_slice(), b"hello");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DecryptionKey {
    core: KeyCore<TokioTransport>,
}

impl DecryptionKey {
    /// Encrypts with the public part. RSA of 3072 bits with SHA-256 takes at most 318 bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the message is too long, with how many bytes fit.
    pub async fn encrypt(&self, plaintext: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        self.core.encrypt_to(&[], plaintext.as_ref()).await
    }

    /// Decrypts with the private part.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DecryptionFailed`](crate::ErrorKind::DecryptionFailed), whatever is wrong with the ciphertext.
    pub async fn decrypt(&self, ciphertext: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        self.core.decrypt(&[], ciphertext.as_ref()).await
    }

    /// As `encrypt`, bound to a label (RFC 8017, 7.1).
    ///
    /// # Errors
    ///
    /// As `encrypt`.
    pub async fn encrypt_with_label(
        &self,
        label: impl AsRef<[u8]>,
        plaintext: impl AsRef<[u8]>,
    ) -> Result<Vec<u8>> {
        self.core
            .encrypt_to(label.as_ref(), plaintext.as_ref())
            .await
    }

    /// As `decrypt`, with the label that it was encrypted with.
    ///
    /// # Errors
    ///
    /// As `decrypt`.
    pub async fn decrypt_with_label(
        &self,
        label: impl AsRef<[u8]>,
        ciphertext: impl AsRef<[u8]>,
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.core.decrypt(label.as_ref(), ciphertext.as_ref()).await
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

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A secret from which keys are derived: HKDF. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::{aes_256_gcm, hkdf};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::Service::start();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let master = parsec.generate("master", hkdf()).await?;
/// let key = master.derive_key(b"backups", "backup", aes_256_gcm()).await?;
/// let sealed = key.encrypt(b"hello").await?;
/// # let _ = (sealed, master.derive_bytes(b"x", 16).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DerivationKey {
    core: KeyCore<TokioTransport>,
}

impl DerivationKey {
    /// Derives bytes, which leave the service; `info` says what they are for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the service or its provider derives nothing.
    pub async fn derive_bytes(
        &self,
        info: impl AsRef<[u8]>,
        length: u32,
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.core.derive_bytes(info.as_ref(), length).await
    }

    /// Derives a key, which never leaves the service; `info` says what it is for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`](crate::ErrorKind::KeyExists) if the name is taken, and
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the service or its provider
    /// does no such thing.
    pub async fn derive_key<S: KeySpec>(
        &self,
        info: impl AsRef<[u8]>,
        name: &str,
        spec: S,
    ) -> Result<S::Handle> {
        let choices = spec.choices();
        let key = self.core.derive_key(info.as_ref(), name, &choices).await?;
        S::handle(Key::new(key))
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

impl fmt::Debug for DerivationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DerivationKey")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A key pair that agrees with others on secrets: ECDH. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::{aes_256_gcm, ecdh_p256};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::Service::start();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let ours = parsec.generate("ours", ecdh_p256()).await?;
/// let theirs = parsec.generate("theirs", ecdh_p256()).await?;
/// let peer = theirs.export_public().await?;
/// let key = ours.agree_key(&peer, b"handshake", "session", aes_256_gcm()).await?;
/// # let _ = key;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AgreementKey {
    core: KeyCore<TokioTransport>,
}

impl AgreementKey {
    /// The public part, for the peer: as the PSA Crypto API exports it.
    ///
    /// # Errors
    ///
    /// If the key was deleted.
    pub async fn export_public(&self) -> Result<Vec<u8>> {
        self.core.export_public().await
    }

    /// Makes a key of the secret that is shared with the holder of the other; `info` says what it is for. Both sides make the same. A raw policy goes through HKDF with SHA-256.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`](crate::ErrorKind::KeyExists) if the name is taken, and
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the service or its provider
    /// does no such thing.
    pub async fn agree_key<S: KeySpec>(
        &self,
        peer_key: impl AsRef<[u8]>,
        info: impl AsRef<[u8]>,
        name: &str,
        spec: S,
    ) -> Result<S::Handle> {
        let choices = spec.choices();
        let key = self
            .core
            .agree_key(peer_key.as_ref(), info.as_ref(), name, &choices)
            .await?;
        S::handle(Key::new(key))
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

impl fmt::Debug for AgreementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgreementKey")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A key that encrypts other keys, for backup and other hosts: AES key wrap. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::{aes_key_wrap, ecdsa_p256};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::Service::start();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let backup = parsec.generate("backup", aes_key_wrap()).await?;
/// parsec.generate("web-tls", ecdsa_p256().exportable()).await?;
/// let wrapped = backup.wrap("web-tls").await?;
/// let same = backup.unwrap_key(&wrapped, "copy", ecdsa_p256()).await?;
/// # let _ = same;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct WrappingKey {
    core: KeyCore<TokioTransport>,
}

impl WrappingKey {
    /// The key of that name, which has to be exportable and in the same provider, encrypted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`](crate::ErrorKind::NotPermitted) if it may not be exported.
    pub async fn wrap(&self, name: &str) -> Result<Vec<u8>> {
        self.core.wrap(name).await
    }

    /// Brings in a key that `wrap` encrypted, here or on another host.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`](crate::ErrorKind::KeyExists) if the name is taken, and
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the service or its provider
    /// does no such thing.
    pub async fn unwrap_key<S: KeySpec>(
        &self,
        wrapped: impl AsRef<[u8]>,
        name: &str,
        spec: S,
    ) -> Result<S::Handle> {
        let choices = spec.choices();
        let key = self
            .core
            .unwrap_key(wrapped.as_ref(), name, &choices)
            .await?;
        S::handle(Key::new(key))
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

impl fmt::Debug for WrappingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrappingKey")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
