//! The handle that takes keys from host to host, async.

use crate::core::{KeyCore, Role};
use crate::key::Key;
use crate::transport::TokioTransport;
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
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let backup = parsec.generate("backup", aes_key_wrap()).await?;
/// let key = parsec.generate("vpn-tls", ecdsa_p256().exportable()).await?;
/// let wrapped = backup.wrap("vpn-tls").await?;
/// let same = backup.unwrap_key(&wrapped, "vpn-tls-copy", ecdsa_p256()).await?;
/// # same.delete().await?;
/// # key.delete().await?;
/// # backup.delete().await?;
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
        let choices = self.core.choices_for(&spec).await?;
        let key = self
            .core
            .unwrap_key(wrapped.as_ref(), name, &choices)
            .await?;
        S::handle(Key::new(key))
    }
}

key_handle!(WrappingKey);
