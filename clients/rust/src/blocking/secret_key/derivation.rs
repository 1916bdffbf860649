//! The handle that other keys are derived with, blocking.

use parsec_contracts::Zeroizing;

use crate::blocking::Key;
use crate::core::{KeyCore, Role};
use crate::transport::{BlockingTransport, now};
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
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).connect()?;
/// let master = parsec.generate("offsite", hkdf())?;
/// let key = master.derive_key(b"backups", "weekly", aes_256_gcm())?;
/// let sealed = key.encrypt(b"hello")?;
/// # let _ = (sealed, master.derive_bytes(b"x", 16)?);
/// # key.delete()?;
/// # master.delete()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DerivationKey {
    core: KeyCore<BlockingTransport>,
}

impl DerivationKey {
    /// Derives bytes, which leave the service; `info` says what they are for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the service or its provider derives nothing.
    pub fn derive_bytes(&self, info: impl AsRef<[u8]>, length: u32) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.derive_bytes(info.as_ref(), length))
    }

    /// Derives a key, which never leaves the service; `info` says what it is for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`](crate::ErrorKind::KeyExists) if the name is taken, and
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the service or its provider
    /// does no such thing.
    pub fn derive_key<S: KeySpec>(
        &self,
        info: impl AsRef<[u8]>,
        name: &str,
        spec: S,
    ) -> Result<S::BlockingHandle> {
        let choices = now(self.core.choices_for(&spec))?;
        let key = now(self.core.derive_key(info.as_ref(), name, &choices))?;
        S::blocking_handle(Key::new(key))
    }
}

key_handle!(DerivationKey);
