//! Data in pieces, blocking.

use std::fmt;

use parsec_contracts::Zeroizing;

use crate::Result;
use crate::core::StreamCore;
use crate::transport::{BlockingTransport, now};

/// Data that goes through the service in pieces, each of any length: a hash, a code, encryption.
///
/// It lives on a connection of its own, and with it: dropping it aborts it, and so does a restart
/// of the service.
///
/// ```
/// use parsec_client::aes_256_gcm;
///
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).connect()?;
/// let key = parsec.generate("downloads", aes_256_gcm())?;
/// let mut stream = key.encrypt_stream(b"", None)?;
/// let mut sealed = stream.update(b"hello, ")?;
/// sealed.extend_from_slice(&stream.update(b"world")?);
/// sealed.extend_from_slice(&stream.finish()?);
/// assert_eq!(key.decrypt(&sealed)?.as_slice(), b"hello, world");
/// # key.delete()?;
/// # Ok(())
/// # }
/// ```
pub struct Stream {
    core: StreamCore<BlockingTransport>,
}

impl Stream {
    pub(crate) fn new(core: StreamCore<BlockingTransport>) -> Self {
        Self { core }
    }

    /// Puts a piece in; what is ready comes out, which may be nothing.
    ///
    /// # Errors
    ///
    /// If the service was restarted, or has waited too long for the piece. The stream is then
    /// over.
    pub fn update(&mut self, piece: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.update(piece.as_ref()))
    }

    /// Ends the stream: the rest comes out, or the hash or the code.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`](crate::ErrorKind::InvalidSignature) if what was put in is
    /// not what the tag or code says; all that came out before is then worth nothing.
    pub fn finish(&mut self) -> Result<Zeroizing<Vec<u8>>> {
        now(self.core.finish())
    }

    /// Ends the stream without a result. Dropping it does the same.
    ///
    /// # Errors
    ///
    /// If the service cannot be told.
    pub fn abort(&mut self) -> Result<()> {
        now(self.core.abort())
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}
