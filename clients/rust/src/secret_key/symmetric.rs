//! The handle that encrypts and protects data, async.

use parsec_contracts::Zeroizing;

use crate::core::{KeyCore, Role};
use crate::key::Key;
use crate::transport::TokioTransport;
use crate::{Result, Stream};

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
}

/// A key that encrypts and protects data: AES-GCM and its kind. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::aes_256_gcm;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let key = parsec.generate("vault", aes_256_gcm()).await?;
/// let sealed = key.encrypt(b"hello").await?;
/// assert_eq!(key.decrypt(&sealed).await?.as_slice(), b"hello");
/// # key.delete().await?;
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
        self.core.encrypt_aead(&[], plaintext.as_ref()).await
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
        self.core
            .encrypt_aead(context.as_ref(), plaintext.as_ref())
            .await
    }

    /// Decrypts what `encrypt` gave.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`](crate::ErrorKind::InvalidSignature) if anything of it was changed, or was encrypted under another key or context.
    pub async fn decrypt(&self, sealed: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        self.core.decrypt_aead(&[], sealed.as_ref()).await
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
        self.core
            .decrypt_aead(context.as_ref(), sealed.as_ref())
            .await
    }

    /// Encrypts data in pieces, bound to a context: all that comes out, in its order, is what
    /// `encrypt_with_context` would give. `length` is that of the whole plaintext in bytes; only
    /// CCM has to know it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the provider takes no
    /// pieces.
    pub async fn encrypt_stream(
        &self,
        context: impl AsRef<[u8]>,
        length: Option<u64>,
    ) -> Result<Stream> {
        self.core
            .encrypt_stream(context.as_ref(), length)
            .await
            .map(Stream::new)
    }

    /// Decrypts in pieces what `encrypt_with_context` or `encrypt_stream` gave. What comes out
    /// is not to be trusted before [`Stream::finish`](crate::Stream::finish) has succeeded.
    ///
    /// # Errors
    ///
    /// As `encrypt_stream`; what was changed shows at the end.
    pub async fn decrypt_stream(
        &self,
        context: impl AsRef<[u8]>,
        length: Option<u64>,
    ) -> Result<Stream> {
        self.core
            .decrypt_stream(context.as_ref(), length)
            .await
            .map(Stream::new)
    }
}

key_handle!(SymmetricKey);
