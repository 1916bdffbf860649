//! Panics for tests; not part of release builds.

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;

use crate::call::Call;
use crate::promise::promise;

/// Panics `at` the start of a call, in its `work` on the runtime, or when its result is converted.
#[napi(catch_unwind, skip_typescript)]
#[allow(clippy::panic, reason = "it is what this is for")]
pub fn panic_on_purpose<'env>(
    env: &'env Env,
    at: String,
    call: Option<&Call>,
) -> Result<PromiseRaw<'env, ()>> {
    assert!(at != "start", "on purpose, at the start");
    let in_work = at == "work";
    let work = async move {
        tokio::task::yield_now().await;
        assert!(!in_work, "on purpose, in the work");
        Ok(())
    };
    promise(env, call, work, |_, ()| panic!("on purpose, in the answer"))
}
