//! The handle for short encrypted messages, blocking.

use parsec_contracts::Zeroizing;

use crate::Result;
use crate::blocking::Key;
use crate::core::{KeyCore, Role};
use crate::transport::{BlockingTransport, now};

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
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).connect()?;
/// let key = parsec.generate("mailbox", rsa_oaep())?;
/// let sealed = key.encrypt(b"hello")?;
/// assert_eq!(key.decrypt(&sealed)?.as_slice(), b"hello");
/// # key.delete()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DecryptionKey {
    core: KeyCore<BlockingTransport>,
}

impl DecryptionKey {
    /// Encrypts with the public part. RSA of 3072 bits with SHA-256 takes at most 318 bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the message is too long, with how many bytes fit.
    pub fn encrypt(&self, plaintext: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        now(self.core.encrypt_to(&[], plaintext.as_ref()))
    }

    /// Decrypts with the private part.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DecryptionFailed`](crate::ErrorKind::DecryptionFailed), whatever is wrong with the ciphertext.
    pub fn decrypt(&self, ciphertext: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.decrypt(&[], ciphertext.as_ref()))
    }

    /// As `encrypt`, bound to a label (RFC 8017, 7.1).
    ///
    /// # Errors
    ///
    /// As `encrypt`.
    pub fn encrypt_with_label(
        &self,
        label: impl AsRef<[u8]>,
        plaintext: impl AsRef<[u8]>,
    ) -> Result<Vec<u8>> {
        now(self.core.encrypt_to(label.as_ref(), plaintext.as_ref()))
    }

    /// As `decrypt`, with the label that it was encrypted with.
    ///
    /// # Errors
    ///
    /// As `decrypt`.
    pub fn decrypt_with_label(
        &self,
        label: impl AsRef<[u8]>,
        ciphertext: impl AsRef<[u8]>,
    ) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.decrypt(label.as_ref(), ciphertext.as_ref()))
    }
}

key_handle!(DecryptionKey);
