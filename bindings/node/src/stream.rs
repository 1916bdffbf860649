//! Streams: data in pieces.

use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{PromiseRaw, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::{Secret, Stream, Zeroizing};

use crate::call::Call;
use crate::convert;
use crate::error::invalid;
use crate::promise::promise;

/// A stream with its own connection. Supports one call at a time.
#[napi]
#[derive(Debug)]
pub struct NativeStream {
    /// Empty while a call uses the stream. A call that is stopped halfway drops it, because it is
    /// unknown what the service has received.
    stream: Arc<Mutex<Option<Stream>>>,
}

pub(crate) fn opened(_: &Env, stream: Stream) -> Result<NativeStream> {
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
    /// Sends a piece, and returns the output that is ready.
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

    /// Ends the stream: returns the rest of the output, the hash or the code.
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
