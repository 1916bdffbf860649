//! The handle for authentication codes, blocking.

use crate::Result;
use crate::blocking::{Key, Stream};
use crate::core::{KeyCore, Role};
use crate::transport::{BlockingTransport, now};

impl Key {
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
}

/// A key that makes and checks authentication codes: HMAC or CMAC. A name, not a resource: dropping it deletes nothing.
///
/// ```
/// use parsec_client::{Hash, hmac};
///
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).connect()?;
/// let key = parsec.generate("tokens", hmac(Hash::Sha256))?;
/// let code = key.compute(b"user=7")?;
/// key.verify(b"user=7", &code)?;
/// # key.delete()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MacKey {
    core: KeyCore<BlockingTransport>,
}

impl MacKey {
    /// The authentication code of the data.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotPermitted`](crate::ErrorKind::NotPermitted) if the policy does not let it.
    pub fn compute(&self, data: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        now(self.core.authenticate(data.as_ref()))
    }

    /// Checks a code, in a time that does not tell where it differs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`](crate::ErrorKind::InvalidSignature) if it is wrong.
    pub fn verify(&self, data: impl AsRef<[u8]>, code: impl AsRef<[u8]>) -> Result<()> {
        now(self.core.check_code(data.as_ref(), code.as_ref()))
    }

    /// The code of data in pieces: [`Stream::finish`](crate::Stream::finish) gives it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) if the provider takes no
    /// pieces.
    pub fn compute_stream(&self) -> Result<Stream> {
        now(self.core.mac_stream()).map(Stream::new)
    }

    /// Checks the code of data in pieces: [`Stream::finish`](crate::Stream::finish) fails with
    /// [`ErrorKind::InvalidSignature`](crate::ErrorKind::InvalidSignature) if it is wrong.
    ///
    /// # Errors
    ///
    /// As `compute_stream`.
    pub fn verify_stream(&self, code: impl AsRef<[u8]>) -> Result<Stream> {
        now(self.core.mac_verify_stream(code.as_ref())).map(Stream::new)
    }
}

key_handle!(MacKey);
