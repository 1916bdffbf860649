//! The handle that encrypts and protects data, blocking.

use parsec_contracts::Zeroizing;

use crate::Result;
use crate::blocking::{Key, Stream};
use crate::core::{KeyCore, Role};
use crate::transport::{BlockingTransport, now};

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
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).connect()?;
/// let key = parsec.generate("safe", aes_256_gcm())?;
/// let sealed = key.encrypt(b"hello")?;
/// assert_eq!(key.decrypt(&sealed)?.as_slice(), b"hello");
/// # key.delete()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SymmetricKey {
    core: KeyCore<BlockingTransport>,
}

impl SymmetricKey {
    /// Encrypts: a fresh random nonce of 12 bytes, the ciphertext, the tag.
    ///
    /// More than four thousand million messages under one key would make a repeated nonce likely.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`](crate::ErrorKind::NotPermitted) if the policy does not let it.
    pub fn encrypt(&self, plaintext: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        now(self.core.encrypt_aead(&[], plaintext.as_ref()))
    }

    /// As `encrypt`, bound to a context that is protected but not encrypted, and needed again to decrypt.
    ///
    /// # Errors
    ///
    /// As `encrypt`.
    pub fn encrypt_with_context(
        &self,
        context: impl AsRef<[u8]>,
        plaintext: impl AsRef<[u8]>,
    ) -> Result<Vec<u8>> {
        now(self.core.encrypt_aead(context.as_ref(), plaintext.as_ref()))
    }

    /// Decrypts what `encrypt` gave.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`](crate::ErrorKind::InvalidSignature) if anything of it was changed, or was encrypted under another key or context.
    pub fn decrypt(&self, sealed: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.decrypt_aead(&[], sealed.as_ref()))
    }

    /// Decrypts what `encrypt_with_context` gave.
    ///
    /// # Errors
    ///
    /// As `decrypt`.
    pub fn decrypt_with_context(
        &self,
        context: impl AsRef<[u8]>,
        sealed: impl AsRef<[u8]>,
    ) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.decrypt_aead(context.as_ref(), sealed.as_ref()))
    }

    /// Encrypts data in pieces, bound to a context: all that comes out, in its order, is what
    /// `encrypt_with_context` would give. `length` is that of the whole plaintext in bytes; only
    /// CCM has to know it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the provider takes no
    /// pieces.
    pub fn encrypt_stream(&self, context: impl AsRef<[u8]>, length: Option<u64>) -> Result<Stream> {
        now(self.core.encrypt_stream(context.as_ref(), length)).map(Stream::new)
    }

    /// Decrypts in pieces what `encrypt_with_context` or `encrypt_stream` gave. What comes out
    /// is not to be trusted before [`Stream::finish`](crate::Stream::finish) has succeeded.
    ///
    /// # Errors
    ///
    /// As `encrypt_stream`; what was changed shows at the end.
    pub fn decrypt_stream(&self, context: impl AsRef<[u8]>, length: Option<u64>) -> Result<Stream> {
        now(self.core.decrypt_stream(context.as_ref(), length)).map(Stream::new)
    }
}

key_handle!(SymmetricKey);
