//! The handle that takes keys from host to host, blocking.

use crate::blocking::Key;
use crate::core::{KeyCore, Role};
use crate::transport::{BlockingTransport, now};
use crate::{KeySpec, Result};

impl Key {
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

/// A key that encrypts other keys, for backup and other hosts: AES key wrap. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::{aes_key_wrap, ecdsa_p256};
///
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).connect()?;
/// let backup = parsec.generate("escrow", aes_key_wrap())?;
/// let key = parsec.generate("imap-tls", ecdsa_p256().exportable())?;
/// let wrapped = backup.wrap("imap-tls")?;
/// let same = backup.unwrap_key(&wrapped, "imap-tls-copy", ecdsa_p256())?;
/// # same.delete()?;
/// # key.delete()?;
/// # backup.delete()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct WrappingKey {
    core: KeyCore<BlockingTransport>,
}

impl WrappingKey {
    /// The key of that name, which has to be exportable and in the same provider, encrypted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`](crate::ErrorKind::NotPermitted) if it may not be exported.
    pub fn wrap(&self, name: &str) -> Result<Vec<u8>> {
        now(self.core.wrap(name))
    }

    /// Brings in a key that `wrap` encrypted, here or on another host.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`](crate::ErrorKind::KeyExists) if the name is taken, and
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the service or its provider
    /// does no such thing.
    pub fn unwrap_key<S: KeySpec>(
        &self,
        wrapped: impl AsRef<[u8]>,
        name: &str,
        spec: S,
    ) -> Result<S::BlockingHandle> {
        let choices = now(self.core.choices_for(&spec))?;
        let key = now(self.core.unwrap_key(wrapped.as_ref(), name, &choices))?;
        S::blocking_handle(Key::new(key))
    }
}

key_handle!(WrappingKey);
