//! The handle for short encrypted messages, async.

use parsec_contracts::Zeroizing;

use crate::Result;
use crate::core::{KeyCore, Role};
use crate::key::Key;
use crate::transport::TokioTransport;

impl Key {
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
}

/// A key pair to whose holder short messages are encrypted: RSA-OAEP. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::rsa_oaep;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let key = parsec.generate("letterbox", rsa_oaep()).await?;
/// let sealed = key.encrypt(b"hello").await?;
/// assert_eq!(key.decrypt(&sealed).await?.as_slice(), b"hello");
/// # key.delete().await?;
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
}

key_handle!(DecryptionKey);
