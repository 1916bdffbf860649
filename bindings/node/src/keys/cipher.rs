//! Encrypting, and codes that authenticate.

use napi::bindgen_prelude::{PromiseRaw, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::{AnyKey, Secret};

use super::{NativeKey, key_call};
use crate::call::Call;
use crate::convert;
use crate::promise::promise;

#[napi]
impl NativeKey {
    /// Encrypts, bound to a context.
    #[napi(catch_unwind)]
    pub fn encrypt<'env>(
        &self,
        env: &'env Env,
        plaintext: &[u8],
        context: Option<&[u8]>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let plaintext = Secret::from(plaintext);
        let context = context.unwrap_or_default().to_vec();
        match self.timed(call) {
            AnyKey::Symmetric(key) => promise(
                env,
                call,
                async move { key.encrypt_with_context(&context, plaintext.expose()).await },
                convert::bytes,
            ),
            AnyKey::Decryption(key) => promise(
                env,
                call,
                async move { key.encrypt_with_label(&context, plaintext.expose()).await },
                convert::bytes,
            ),
            _ => Err(self.refuse("does not encrypt")),
        }
    }

    /// Decrypts what [`NativeKey::encrypt`] gave.
    #[napi(catch_unwind)]
    pub fn decrypt<'env>(
        &self,
        env: &'env Env,
        ciphertext: &[u8],
        context: Option<&[u8]>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let ciphertext = ciphertext.to_vec();
        let context = context.unwrap_or_default().to_vec();
        match self.timed(call) {
            AnyKey::Symmetric(key) => promise(
                env,
                call,
                async move { key.decrypt_with_context(&context, &ciphertext).await },
                convert::secret,
            ),
            AnyKey::Decryption(key) => promise(
                env,
                call,
                async move { key.decrypt_with_label(&context, &ciphertext).await },
                convert::secret,
            ),
            _ => Err(self.refuse("does not decrypt")),
        }
    }

    /// The authentication code of data.
    #[napi(catch_unwind)]
    pub fn compute_mac<'env>(
        &self,
        env: &'env Env,
        data: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let data = data.to_vec();
        key_call!(self, env, call, Mac else "computes no codes", |key| key.compute(&data), convert::bytes)
    }

    /// Rejects unless the code is the data's.
    #[napi(catch_unwind)]
    pub fn verify_mac<'env>(
        &self,
        env: &'env Env,
        code: &[u8],
        data: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, ()>> {
        let (code, data) = (code.to_vec(), data.to_vec());
        key_call!(self, env, call, Mac else "checks no codes", |key| key.verify(&data, &code), convert::nothing)
    }
}
