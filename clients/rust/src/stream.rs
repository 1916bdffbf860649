//! Data in pieces, async.

use std::fmt;

use parsec_contracts::Zeroizing;

use crate::Result;
use crate::core::StreamCore;
use crate::transport::TokioTransport;

/// Data that goes through the service in pieces, each of any length: a hash, a code, encryption.
///
/// It lives on a connection of its own, and with it: dropping it aborts it, and so does a restart
/// of the service.
///
/// ```
/// use parsec_client::aes_256_gcm;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::Client::builder().endpoint(endpoint).connect().await?;
/// let key = parsec.generate("uploads", aes_256_gcm()).await?;
/// let mut stream = key.encrypt_stream(b"", None).await?;
/// let mut sealed = stream.update(b"hello, ").await?;
/// sealed.extend_from_slice(&stream.update(b"world").await?);
/// sealed.extend_from_slice(&stream.finish().await?);
/// assert_eq!(key.decrypt(&sealed).await?.as_slice(), b"hello, world");
/// # key.delete().await?;
/// # Ok(())
/// # }
/// ```
pub struct Stream {
    core: StreamCore<TokioTransport>,
}

impl Stream {
    pub(crate) fn new(core: StreamCore<TokioTransport>) -> Self {
        Self { core }
    }

    /// Puts a piece in; what is ready comes out, which may be nothing.
    ///
    /// # Errors
    ///
    /// If the service was restarted, or has waited too long for the piece. The stream is then
    /// over.
    pub async fn update(&mut self, piece: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>> {
        self.core.update(piece.as_ref()).await
    }

    /// Ends the stream: the rest comes out, or the hash or the code.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`](crate::ErrorKind::InvalidSignature) if what was put in is
    /// not what the tag or code says; all that came out before is then worth nothing.
    pub async fn finish(&mut self) -> Result<Zeroizing<Vec<u8>>> {
        self.core.finish().await
    }

    /// Ends the stream without a result. Dropping it does the same.
    ///
    /// # Errors
    ///
    /// If the service cannot be told.
    pub async fn abort(&mut self) -> Result<()> {
        self.core.abort().await
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}
