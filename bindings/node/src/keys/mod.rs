//! Keys, whatever they are for.

use napi::bindgen_prelude::{PromiseRaw, Uint8ArraySlice, Unknown};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::{AnyKey, Key, KeyAttributes, Secret, Signature};
use serde::Serialize;

use crate::call::Call;
use crate::convert;
use crate::error::invalid;
use crate::promise::promise;
use crate::public_key;
use crate::role::{self, of_any};
use crate::spec::Spec;

/// A key of the service. TypeScript has a class for each role; here is one, whose methods refuse
/// what the key is not for.
#[napi]
#[derive(Debug)]
pub struct NativeKey {
    pub(crate) key: AnyKey,
}

/// What a key is, as JavaScript has it.
#[derive(Serialize)]
struct Description<'a> {
    name: &'a str,
    role: &'a str,
    provider: &'a str,
    attributes: &'a KeyAttributes,
}

impl NativeKey {
    pub(crate) fn new(key: AnyKey) -> Self {
        Self { key }
    }

    /// The key, with the time that this call may take.
    pub(crate) fn timed(&self, call: Option<&Call>) -> AnyKey {
        match call.and_then(Call::timeout) {
            Some(timeout) => self.key.key().with_timeout(timeout).into_any(),
            None => self.key.clone(),
        }
    }

    /// As [`NativeKey::timed`], whatever it is for.
    fn plain(&self, call: Option<&Call>) -> Key {
        match call.and_then(Call::timeout) {
            Some(timeout) => self.key.key().with_timeout(timeout),
            None => self.key.key(),
        }
    }

    pub(crate) fn refuse(&self, what: &str) -> napi::Error {
        let role = role::role(&self.key);
        invalid(format!(
            "the {role} key \"{}\" {what}",
            role::name(&self.key)
        ))
    }
}

/// A method of a key in certain roles: what it awaits, and what becomes of the answer.
macro_rules! ask {
    ($self:ident, $env:ident, $call:ident, $($role:ident)|+ else $what:literal,
     |$key:ident| $work:expr, $convert:expr) => {
        match $self.timed($call) {
            $(AnyKey::$role($key) => promise($env, $call, async move { $work.await }, $convert),)+
            _ => Err($self.refuse($what)),
        }
    };
}

#[napi]
impl NativeKey {
    /// Its name, role, provider and attributes.
    #[napi(catch_unwind)]
    pub fn describe<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        let description = Description {
            name: role::name(&self.key),
            role: role::role(&self.key),
            provider: role::provider(&self.key).name(),
            attributes: role::attributes(&self.key),
        };
        convert::value(env, description)
    }

    /// All forms of its public key, where it has one that has forms.
    #[napi(catch_unwind)]
    pub fn public_key<'env>(&self, env: &'env Env) -> Result<Option<Unknown<'env>>> {
        let key = self.key.key();
        let public = key.public_key();
        public
            .map(|public| public_key::forms(env, public))
            .transpose()
    }

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
        ask!(self, env, call, Signing else "does not sign", |key| async {
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
        ask!(self, env, call, Signing else "does not sign", |key| key.sign_hash(&hash), raw_signature)
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
        ask!(self, env, call, Signing | Verifying else "does not verify", |key| async {
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
        ask!(self, env, call, Signing | Verifying else "does not verify", |key| async {
            let signature = Signature::from_raw(&signature, key.public_key())?;
            key.verify_hash(&hash, &signature).await
        }, convert::nothing)
    }

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
        ask!(self, env, call, Mac else "computes no codes", |key| key.compute(&data), convert::bytes)
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
        ask!(self, env, call, Mac else "checks no codes", |key| key.verify(&data, &code), convert::nothing)
    }
}

/// What keys of every role do.
#[napi]
impl NativeKey {
    /// The private key or the secret, as the PSA Crypto API has it.
    #[napi(catch_unwind)]
    pub fn export_private<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let key = self.plain(call);
        promise(
            env,
            call,
            async move { key.export_private().await },
            convert::secret,
        )
    }

    /// The key under another name.
    #[napi(catch_unwind)]
    pub fn rename<'env>(
        &self,
        env: &'env Env,
        name: String,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let key = self.plain(call);
        promise(env, call, async move { key.rename(&name).await }, any)
    }

    /// A second key of the same material.
    #[napi(catch_unwind)]
    pub fn copy<'env>(
        &self,
        env: &'env Env,
        name: String,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let key = self.plain(call);
        promise(env, call, async move { key.copy(&name).await }, any)
    }

    /// Deletes the key, for good.
    #[napi(catch_unwind)]
    pub fn delete<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, ()>> {
        let key = self.timed(call);
        promise(
            env,
            call,
            async move { of_any!(key, key => key.delete().await) },
            convert::nothing,
        )
    }
}

/// What makes other keys and secrets.
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
        ask!(self, env, call, Derivation else "derives nothing",
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
        ask!(self, env, call, Derivation else "derives nothing",
            |key| key.derive_key(&info, &name, spec), any)
    }

    /// The public key that a peer needs.
    #[napi(catch_unwind)]
    pub fn export_public<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        ask!(self, env, call, Agreement else "agrees on nothing",
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
        ask!(self, env, call, Agreement else "agrees on nothing",
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
        ask!(self, env, call, Wrapping else "wraps no keys", |key| key.wrap(&name), convert::bytes)
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
        ask!(self, env, call, Wrapping else "unwraps no keys",
            |key| key.unwrap_key(&wrapped, &name, spec), any)
    }
}

fn raw_signature(env: &Env, signature: Signature) -> Result<Uint8ArraySlice<'_>> {
    convert::bytes(env, signature.to_raw())
}

fn any(_: &Env, key: Key) -> Result<NativeKey> {
    Ok(NativeKey::new(key.into_any()))
}
