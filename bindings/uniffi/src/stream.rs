//! Streams: data in pieces.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parsec_client::{Secret, Stream, blocking};

use crate::async_and_blocking::async_and_blocking;
use crate::client::NativeClient;
use crate::convert::{Convert as _, secret};
use crate::failure::Failure;
use crate::generated::Hash;
use crate::key::{NativeKey, with_role};
use crate::panics::{caught, caught_async};

/// A stream with its own connection. Supports one call at a time, of the kind that opened it: async
/// or blocking.
#[derive(Debug, uniffi::Object)]
pub struct NativeStream {
    /// `None` while a call uses it. A cancelled call drops the stream, because it is unknown how
    /// much data the service received.
    slot: Mutex<Option<Either>>,
}

#[derive(Debug)]
enum Either {
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
    fn new(stream: impl Into<Either>) -> Arc<Self> {
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
    /// Processes a piece and returns the output.
    pub async fn update(&self, piece: Secret) -> Result<Secret, Failure> {
        caught_async(async move {
            let mut stream = self.asynchronous()?;
            let output = stream.update(piece.expose()).await?;
            self.put_back(stream);
            Ok(secret(output))
        })
        .await
    }

    /// Ends the stream and returns the rest of the output, the hash or the code.
    pub async fn finish(&self) -> Result<Secret, Failure> {
        caught_async(async move { Ok(secret(self.asynchronous()?.finish().await?)) }).await
    }
}

#[uniffi::export]
impl NativeStream {
    /// Processes a piece and returns the output. Blocks the caller's thread.
    pub fn update_blocking(&self, piece: Secret) -> Result<Secret, Failure> {
        caught(|| {
            let mut stream = self.blocking()?;
            let output = stream.update(piece.expose())?;
            self.put_back(stream);
            Ok(secret(output))
        })
    }

    /// Ends the stream and returns the rest of the output, the hash or the code. Blocks the
    /// caller's thread.
    pub fn finish_blocking(&self) -> Result<Secret, Failure> {
        caught(|| Ok(secret(self.blocking()?.finish()?)))
    }

    /// Aborts the stream without a result.
    pub fn abort(&self) {
        drop(self.look().take());
    }
}

async_and_blocking! {
    impl NativeClient {
        /// Starts a hash of data in pieces.
        fn hash_stream / hash_stream_blocking(&self as client, alg: Hash) -> Arc<NativeStream> {
            Ok(NativeStream::new(wait!(client.hash_stream(alg.convert()))?))
        }
    }
}

async_and_blocking! {
    impl NativeKey {
        /// Starts encryption of data in pieces; `length` is the total length, for algorithms that
        /// need it.
        fn encrypt_stream / encrypt_stream_blocking(
            &self as key, context: Vec<u8>, length: Option<u64>,
        ) -> Arc<NativeStream> {
            with_role!(self, key, Symmetric else "does not encrypt streams", |key| {
                Ok(NativeStream::new(wait!(key.encrypt_stream(&context, length))?))
            })
        }

        /// Starts decryption of data in pieces.
        fn decrypt_stream / decrypt_stream_blocking(
            &self as key, context: Vec<u8>, length: Option<u64>,
        ) -> Arc<NativeStream> {
            with_role!(self, key, Symmetric else "does not decrypt streams", |key| {
                Ok(NativeStream::new(wait!(key.decrypt_stream(&context, length))?))
            })
        }

        /// Starts an authentication code of data in pieces.
        fn mac_stream / mac_stream_blocking(&self as key) -> Arc<NativeStream> {
            with_role!(self, key, Mac else "does not compute authentication codes", |key| {
                Ok(NativeStream::new(wait!(key.compute_stream())?))
            })
        }

        /// Starts verification of an authentication code of data in pieces.
        fn mac_verify_stream / mac_verify_stream_blocking(
            &self as key, code: Vec<u8>,
        ) -> Arc<NativeStream> {
            with_role!(self, key, Mac else "does not verify authentication codes", |key| {
                Ok(NativeStream::new(wait!(key.verify_stream(&code))?))
            })
        }
    }
}
