//! Streams: data in pieces.

use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{PromiseRaw, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::{AnyKey, Secret, Stream, Zeroizing};

use crate::call::Call;
use crate::client::NativeClient;
use crate::convert;
use crate::error::invalid;
use crate::keys::{NativeKey, key_call};
use crate::promise::promise;

/// A stream with its own connection. Supports one call at a time.
#[napi]
#[derive(Debug)]
pub struct NativeStream {
    /// `None` while a call uses it. A cancelled call drops the stream, because it is unknown how
    /// much data the service received.
    stream: Arc<Mutex<Option<Stream>>>,
}

fn opened(_: &Env, stream: Stream) -> Result<NativeStream> {
    Ok(NativeStream {
        stream: Arc::new(Mutex::new(Some(stream))),
    })
}

impl NativeStream {
    fn take(&self) -> Result<Stream> {
        self.slot()
            .take()
            .ok_or_else(|| invalid("the stream has ended, or another call uses it"))
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Stream>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[napi]
impl NativeStream {
    /// Processes a piece and returns the output.
    #[napi(catch_unwind)]
    pub fn update<'env>(
        &self,
        env: &'env Env,
        piece: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let mut stream = self.take()?;
        let slot = self.stream.clone();
        let piece = Secret::from(piece);
        let work = async move {
            let output = stream.update(piece.expose()).await?;
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
            Ok::<Zeroizing<_>, _>(output)
        };
        promise(env, call, work, convert::secret)
    }

    /// Ends the stream and returns the rest of the output, the hash or the code.
    #[napi(catch_unwind)]
    pub fn finish<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let mut stream = self.take()?;
        promise(
            env,
            call,
            async move { stream.finish().await },
            convert::secret,
        )
    }

    /// Aborts the stream without a result.
    #[napi(catch_unwind)]
    pub fn abort(&self) {
        drop(self.slot().take());
    }
}

#[napi]
impl NativeClient {
    /// Starts a hash of data in pieces.
    #[napi(catch_unwind)]
    pub fn hash_stream<'env>(
        &self,
        env: &'env Env,
        name: String,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeStream>> {
        let hash = convert::hash(&name)?;
        let client = self.timed(call);
        promise(
            env,
            call,
            async move { client.hash_stream(hash).await },
            opened,
        )
    }
}

#[napi]
impl NativeKey {
    /// Starts encryption of data in pieces.
    #[napi(catch_unwind)]
    pub fn encrypt_stream<'env>(
        &self,
        env: &'env Env,
        context: &[u8],
        length: Option<f64>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeStream>> {
        let context = context.to_vec();
        let length = length.map(|length| length as u64);
        key_call!(self, env, call, Symmetric else "does not support this stream",
            |key| key.encrypt_stream(&context, length), opened)
    }

    /// Starts decryption of data in pieces.
    #[napi(catch_unwind)]
    pub fn decrypt_stream<'env>(
        &self,
        env: &'env Env,
        context: &[u8],
        length: Option<f64>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeStream>> {
        let context = context.to_vec();
        let length = length.map(|length| length as u64);
        key_call!(self, env, call, Symmetric else "does not support this stream",
            |key| key.decrypt_stream(&context, length), opened)
    }

    /// Starts an authentication code of data in pieces.
    #[napi(catch_unwind)]
    pub fn mac_stream<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeStream>> {
        key_call!(self, env, call, Mac else "does not support this stream",
            |key| key.compute_stream(), opened)
    }

    /// Starts verification of an authentication code of data in pieces.
    #[napi(catch_unwind)]
    pub fn mac_verify_stream<'env>(
        &self,
        env: &'env Env,
        code: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeStream>> {
        let code = code.to_vec();
        key_call!(self, env, call, Mac else "does not support this stream",
            |key| key.verify_stream(&code), opened)
    }
}
