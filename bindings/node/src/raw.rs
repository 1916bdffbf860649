//! Every operation by its name.

use napi::bindgen_prelude::{Object, PromiseRaw, Unknown};
use napi::{De, Env, Result};
use napi_derive::napi;
use parsec_client::{AnyOperation, Opcode};

use crate::call::Call;
use crate::client::NativeClient;
use crate::convert;
use crate::error::invalid;
use crate::promise::promise;

#[napi]
impl NativeClient {
    /// Any operation of the contracts, with its input as they have it.
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
            .ok_or_else(|| invalid(format!("operation: \"{operation}\" names none")))?;
        let input = AnyOperation::deserialize(opcode, &mut De::new(&input))
            .map_err(|error| invalid(format!("{operation}: {}", error.reason)))?;
        let client = self.timed(call);
        promise(
            env,
            call,
            async move { client.raw().call_any(provider, input).await },
            convert::value,
        )
    }
}
