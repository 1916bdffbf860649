//! Promises of work on the runtime.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use napi::Env;
use napi::bindgen_prelude::{PromiseRaw, ToNapiValue, spawn};

use crate::call::Call;
use crate::error;
use crate::settle::Promise;

/// Runs `work` on the runtime, and then `convert` with its result on the JavaScript thread.
pub(crate) fn promise<'env, T, V>(
    env: &'env Env,
    call: Option<&Call>,
    work: impl Future<Output = parsec_client::Result<T>> + Send + 'static,
    convert: impl FnOnce(&'env Env, T) -> napi::Result<V> + Send + 'static,
) -> napi::Result<PromiseRaw<'env, V>>
where
    T: Send + 'static,
    V: ToNapiValue,
{
    let over = call.map(Call::over);
    let work = Contained(Box::pin(work));
    let (promise, value) = Promise::new(env)?;
    spawn(async move {
        let outcome = match over {
            None => work.await,
            Some(over) => tokio::select! {
                biased;
                why = over => Err(why),
                outcome = work => outcome,
            },
        };
        promise.settle(outcome, convert);
    });
    Ok(PromiseRaw::new(env.raw(), value))
}

/// A future whose panic is an error.
struct Contained<F>(Pin<Box<F>>);

impl<T, F: Future<Output = parsec_client::Result<T>>> Future for Contained<F> {
    type Output = napi::Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(outcome)) => Poll::Ready(outcome.map_err(error::failure)),
            Err(panic) => Poll::Ready(Err(error::panicked(&*panic))),
        }
    }
}
