//! The handle that other keys are derived with, async.

use parsec_contracts::Zeroizing;

use crate::core::{KeyCore, Role};
use crate::key::Key;
use crate::transport::TokioTransport;
use crate::{KeySpec, Result};

impl Key {
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
}

/// A secret from which keys are derived: HKDF. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::{aes_256_gcm, hkdf};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let master = parsec.generate("master", hkdf()).await?;
/// let key = master.derive_key(b"backups", "nightly", aes_256_gcm()).await?;
/// let sealed = key.encrypt(b"hello").await?;
/// # let _ = (sealed, master.derive_bytes(b"x", 16).await?);
/// # key.delete().await?;
/// # master.delete().await?;
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
        let choices = self.core.choices_for(&spec).await?;
        let key = self.core.derive_key(info.as_ref(), name, &choices).await?;
        S::handle(Key::new(key))
    }
}

key_handle!(DerivationKey);
