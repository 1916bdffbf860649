//! What makes other keys and secrets.

use napi::bindgen_prelude::{PromiseRaw, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::AnyKey;

use super::{NativeKey, any, key_call};
use crate::call::Call;
use crate::convert;
use crate::promise::promise;
use crate::spec::Spec;

#[napi]
impl NativeKey {
    /// Bytes derived from the secret.
    #[napi(catch_unwind)]
    pub fn derive_bytes<'env>(
        &self,
        env: &'env Env,
        info: &[u8],
        length: u32,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let info = info.to_vec();
        key_call!(self, env, call, Derivation else "derives nothing",
            |key| key.derive_bytes(&info, length), convert::secret)
    }

    /// A key derived from the secret.
    #[napi(catch_unwind)]
    pub fn derive_key<'env>(
        &self,
        env: &'env Env,
        info: &[u8],
        name: String,
        spec: Spec,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let info = info.to_vec();
        let spec = spec.read()?;
        key_call!(self, env, call, Derivation else "derives nothing",
            |key| key.derive_key(&info, &name, spec), any)
    }

    /// The public key that a peer needs.
    #[napi(catch_unwind)]
    pub fn export_public<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        key_call!(self, env, call, Agreement else "agrees on nothing",
            |key| key.export_public(), convert::bytes)
    }

    /// A key that the peer can make too.
    #[napi(catch_unwind)]
    pub fn agree_key<'env>(
        &self,
        env: &'env Env,
        peer: &[u8],
        info: &[u8],
        name: String,
        spec: Spec,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let (peer, info) = (peer.to_vec(), info.to_vec());
        let spec = spec.read()?;
        key_call!(self, env, call, Agreement else "agrees on nothing",
            |key| key.agree_key(&peer, &info, &name, spec), any)
    }

    /// Another key, encrypted.
    #[napi(catch_unwind)]
    pub fn wrap<'env>(
        &self,
        env: &'env Env,
        name: String,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        key_call!(self, env, call, Wrapping else "wraps no keys", |key| key.wrap(&name), convert::bytes)
    }

    /// A key that was encrypted.
    #[napi(catch_unwind)]
    pub fn unwrap_key<'env>(
        &self,
        env: &'env Env,
        wrapped: &[u8],
        name: String,
        spec: Spec,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let wrapped = wrapped.to_vec();
        let spec = spec.read()?;
        key_call!(self, env, call, Wrapping else "unwraps no keys",
            |key| key.unwrap_key(&wrapped, &name, spec), any)
    }
}
