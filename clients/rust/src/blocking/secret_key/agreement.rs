//! The handle that agrees on secrets, blocking.

use parsec_contracts::Zeroizing;

use crate::blocking::Key;
use crate::core::{KeyCore, Role};
use crate::transport::{BlockingTransport, now};
use crate::{KeySpec, Result};

impl Key {
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
}

/// A key pair that agrees with others on secrets: ECDH. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::{aes_256_gcm, ecdh_p256};
///
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).connect()?;
/// let ours = parsec.generate("alice", ecdh_p256())?;
/// let theirs = parsec.generate("bob", ecdh_p256())?;
/// let peer = theirs.export_public()?;
/// let key = ours.agree_key(&peer, b"handshake", "chat", aes_256_gcm())?;
/// # key.delete()?;
/// # ours.delete()?;
/// # theirs.delete()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AgreementKey {
    core: KeyCore<BlockingTransport>,
}

impl AgreementKey {
    /// The public part, for the peer: as the PSA Crypto API exports it.
    ///
    /// # Errors
    ///
    /// If the key was deleted.
    pub fn export_public(&self) -> Result<Vec<u8>> {
        now(self.core.export_public())
    }

    /// The secret that is shared with the holder of the other: ECDH's x coordinate, or what RFC 7748 gives. It leaves the service, and is no key yet: derive keys from it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the other key is not
    /// of the same group, and [`ErrorKind::NotPermitted`](crate::ErrorKind::NotPermitted) if the
    /// policy keeps the secret within the service.
    pub fn agree(&self, peer_key: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.agree(peer_key.as_ref()))
    }

    /// Makes a key of the secret that is shared with the holder of the other; `info` says what it is for. Both sides make the same. A raw policy goes through HKDF with SHA-256.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyExists`](crate::ErrorKind::KeyExists) if the name is taken, and
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the service or its provider
    /// does no such thing.
    pub fn agree_key<S: KeySpec>(
        &self,
        peer_key: impl AsRef<[u8]>,
        info: impl AsRef<[u8]>,
        name: &str,
        spec: S,
    ) -> Result<S::BlockingHandle> {
        let choices = now(self.core.choices_for(&spec))?;
        let key = now(self
            .core
            .agree_key(peer_key.as_ref(), info.as_ref(), name, &choices))?;
        S::blocking_handle(Key::new(key))
    }
}

key_handle!(AgreementKey);
