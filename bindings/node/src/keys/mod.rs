//! Keys, whatever they are for.

mod cipher;
mod derive;
mod signing;

use napi::bindgen_prelude::{PromiseRaw, Uint8ArraySlice, Unknown};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::{AnyKey, Key, KeyAttributes};
use serde::Serialize;

use crate::call::Call;
use crate::convert;
use crate::error::invalid;
use crate::promise::promise;
use crate::public_key;
use crate::role::{self, of_any};

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
        let role = self.key.role();
        invalid(format!(
            "the {role} key \"{}\" {what}",
            role::name(&self.key)
        ))
    }
}

/// A method of a key in certain roles: what it awaits, and what becomes of the answer.
macro_rules! key_call {
    ($self:ident, $env:ident, $call:ident, $($role:ident)|+ else $what:literal,
     |$key:ident| $work:expr, $convert:expr) => {
        match $self.timed($call) {
            $(AnyKey::$role($key) => promise($env, $call, async move { $work.await }, $convert),)+
            _ => Err($self.refuse($what)),
        }
    };
}
pub(crate) use key_call;

#[napi]
impl NativeKey {
    /// Its name, role, provider and attributes.
    #[napi(catch_unwind)]
    pub fn describe<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        let description = Description {
            name: role::name(&self.key),
            role: self.key.role(),
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

pub(crate) fn any(_: &Env, key: Key) -> Result<NativeKey> {
    Ok(NativeKey::new(key.into_any()))
}
