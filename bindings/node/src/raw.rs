//! All operations by name.

use napi::bindgen_prelude::{Object, PromiseRaw, Unknown};
use napi::{De, Env, Result};
use napi_derive::napi;
use parsec_client::{AnyOperation, Opcode};
use serde_path_to_error::{Deserializer, Track};

use crate::call::Call;
use crate::client::NativeClient;
use crate::convert;
use crate::error::{invalid, mistyped};
use crate::promise::promise;

#[napi]
impl NativeClient {
    /// Any operation of the contracts, with its input as the contracts define it.
    #[napi(catch_unwind)]
    pub fn call<'env>(
        &self,
        env: &'env Env,
        operation: String,
        provider: u32,
        input: Object<'env>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Unknown<'env>>> {
        let provider = convert::provider(provider)?;
        let opcode = Opcode::from_name(&operation)
            .ok_or_else(|| invalid(format!("operation: there is no operation \"{operation}\"")))?;
        let mut track = Track::new();
        let mut fields = De::new(&input);
        let fields = Deserializer::new(&mut fields, &mut track);
        let input = AnyOperation::deserialize(opcode, fields)
            .map_err(|error| mistyped("input", &track.path(), &error))?;
        let client = self.timed(call);
        promise(
            env,
            call,
            async move { client.raw().call_any(provider, input).await },
            convert::value,
        )
    }
}
