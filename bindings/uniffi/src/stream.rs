//! Data in pieces.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parsec_client::{Secret, Stream, blocking};

use crate::convert::secret;
use crate::failure::Failure;
use crate::panics::{caught, caught_async};

/// Data in pieces, on a separate connection. It takes one call at a time, of the kind that opened
/// it: async, or blocking.
#[derive(Debug, uniffi::Object)]
pub struct NativeStream {
    /// Empty during a call. A call that is cancelled drops the stream, because nobody knows how much the
    /// service has received.
    slot: Mutex<Option<Either>>,
}

/// A stream that an async or a blocking client opened.
#[derive(Debug)]
pub(crate) enum Either {
    Asynchronous(Stream),
    Blocking(blocking::Stream),
}

impl From<Stream> for Either {
    fn from(stream: Stream) -> Self {
        Self::Asynchronous(stream)
    }
}

impl From<blocking::Stream> for Either {
    fn from(stream: blocking::Stream) -> Self {
        Self::Blocking(stream)
    }
}

impl NativeStream {
    pub(crate) fn new(stream: impl Into<Either>) -> Arc<Self> {
        Arc::new(Self {
            slot: Mutex::new(Some(stream.into())),
        })
    }

    fn asynchronous(&self) -> Result<Stream, Failure> {
        match self.look().take() {
            Some(Either::Asynchronous(stream)) => Ok(stream),
            other => Err(self.refuse(other)),
        }
    }

    fn blocking(&self) -> Result<blocking::Stream, Failure> {
        match self.look().take() {
            Some(Either::Blocking(stream)) => Ok(stream),
            other => Err(self.refuse(other)),
        }
    }

    fn refuse(&self, found: Option<Either>) -> Failure {
        if found.is_none() {
            return Failure::invalid("the stream has ended, or another call uses it");
        }
        *self.look() = found;
        Failure::invalid("the stream was opened for calls of the other kind")
    }

    fn put_back(&self, stream: impl Into<Either>) {
        *self.look() = Some(stream.into());
    }

    fn look(&self) -> MutexGuard<'_, Option<Either>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl NativeStream {
    /// Sends a piece, and returns the output that is ready.
    pub async fn update(&self, piece: Secret) -> Result<Secret, Failure> {
        caught_async(async move {
            let mut stream = self.asynchronous()?;
            let output = stream.update(piece.expose()).await?;
            self.put_back(stream);
            Ok(secret(output))
        })
        .await
    }

    /// Ends the stream, and returns the rest of the output, the hash or the code.
    pub async fn finish(&self) -> Result<Secret, Failure> {
        caught_async(async move { Ok(secret(self.asynchronous()?.finish().await?)) }).await
    }
}

#[uniffi::export]
impl NativeStream {
    /// Sends a piece, and returns the output that is ready. Waits on the caller's thread.
    pub fn update_blocking(&self, piece: Secret) -> Result<Secret, Failure> {
        caught(|| {
            let mut stream = self.blocking()?;
            let output = stream.update(piece.expose())?;
            self.put_back(stream);
            Ok(secret(output))
        })
    }

    /// Ends the stream, and returns the rest of the output, the hash or the code. Waits on the caller's
    /// thread.
    pub fn finish_blocking(&self) -> Result<Secret, Failure> {
        caught(|| Ok(secret(self.blocking()?.finish()?)))
    }

    /// Ends the stream without a result.
    pub fn abort(&self) {
        drop(self.look().take());
    }
}
