//! Signing and verifying.

use napi::bindgen_prelude::{PromiseRaw, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::{AnyKey, Signature};

use super::{NativeKey, key_call};
use crate::call::Call;
use crate::convert;
use crate::promise::promise;

#[napi]
impl NativeKey {
    /// Signs a message; `hash` is for policies that leave it open.
    #[napi(catch_unwind)]
    pub fn sign<'env>(
        &self,
        env: &'env Env,
        message: &[u8],
        hash: Option<String>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let hash = hash.as_deref().map(convert::hash).transpose()?;
        let message = message.to_vec();
        key_call!(self, env, call, Signing else "does not sign", |key| async {
            match hash {
                Some(hash) => key.sign_with(hash, &message).await,
                None => key.sign(&message).await,
            }
        }, raw_signature)
    }

    /// Signs a hash.
    #[napi(catch_unwind)]
    pub fn sign_hash<'env>(
        &self,
        env: &'env Env,
        hash: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let hash = hash.to_vec();
        key_call!(self, env, call, Signing else "does not sign", |key| key.sign_hash(&hash), raw_signature)
    }

    /// Rejects unless the signature, raw, is the message's.
    #[napi(catch_unwind)]
    pub fn verify<'env>(
        &self,
        env: &'env Env,
        signature: &[u8],
        message: &[u8],
        hash: Option<String>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, ()>> {
        let hash = hash.as_deref().map(convert::hash).transpose()?;
        let (signature, message) = (signature.to_vec(), message.to_vec());
        key_call!(self, env, call, Signing | Verifying else "does not verify", |key| async {
            let signature = Signature::from_raw(&signature, key.public_key())?;
            match hash {
                Some(hash) => key.verify_with(hash, &message, &signature).await,
                None => key.verify(&message, &signature).await,
            }
        }, convert::nothing)
    }

    /// Rejects unless the signature, raw, is the hash's.
    #[napi(catch_unwind)]
    pub fn verify_hash<'env>(
        &self,
        env: &'env Env,
        signature: &[u8],
        hash: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, ()>> {
        let (signature, hash) = (signature.to_vec(), hash.to_vec());
        key_call!(self, env, call, Signing | Verifying else "does not verify", |key| async {
            let signature = Signature::from_raw(&signature, key.public_key())?;
            key.verify_hash(&hash, &signature).await
        }, convert::nothing)
    }

    /// A certificate signing request, as DER.
    #[napi(catch_unwind)]
    pub fn to_csr<'env>(
        &self,
        env: &'env Env,
        subject: String,
        dns_names: Vec<String>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let AnyKey::Signing(key) = self.timed(call) else {
            return Err(self.refuse("does not sign"));
        };
        let work = async move {
            let names: Vec<_> = dns_names.iter().map(String::as_str).collect();
            key.to_csr(&subject, &names).await
        };
        promise(env, call, work, |env, csr| {
            convert::bytes(env, csr.to_der())
        })
    }
}

fn raw_signature(env: &Env, signature: Signature) -> Result<Uint8ArraySlice<'_>> {
    convert::bytes(env, signature.to_raw())
}
