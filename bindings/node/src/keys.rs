//! Keys. Their methods are in `generated`.

use napi::bindgen_prelude::Unknown;
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::{AnyKey, Key, KeyAttributes};
use serde::Serialize;

use crate::call::Call;
use crate::convert;
use crate::error::invalid;
use crate::public_key;

/// A key of the service. TypeScript has a class for each role; here is one class, whose methods
/// refuse keys of another role.
#[napi]
#[derive(Debug)]
pub struct NativeKey {
    pub(crate) key: AnyKey,
}

/// The description of a key, for JavaScript.
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

    /// The key, with the timeout of this call.
    pub(crate) fn timed(&self, call: Option<&Call>) -> AnyKey {
        match call.and_then(Call::timeout) {
            Some(timeout) => self.key.key().with_timeout(timeout).into_any(),
            None => self.key.clone(),
        }
    }

    /// Like [`NativeKey::timed`], for a key of any role.
    pub(crate) fn plain(&self, call: Option<&Call>) -> Key {
        match call.and_then(Call::timeout) {
            Some(timeout) => self.key.key().with_timeout(timeout),
            None => self.key.key(),
        }
    }

    pub(crate) fn refuse(&self, what: &str) -> napi::Error {
        let (role, key) = (self.key.role(), self.key.key());
        invalid(format!("the {role} key \"{}\" {what}", key.name()))
    }
}

/// A method of keys with certain roles: the future, and the conversion of its result.
macro_rules! key_call {
    ($self:ident, $env:ident, $call:ident, [$($role:ident),+], $what:literal,
     |$key:ident| $work:expr, $convert:expr) => {
        match $self.timed($call) {
            $(::parsec_client::AnyKey::$role($key) => {
                $crate::promise::promise($env, $call, async move { $work.await }, $convert)
            })+
            _ => Err($self.refuse($what)),
        }
    };
}
pub(crate) use key_call;

#[napi]
impl NativeKey {
    /// The name, role, provider and attributes of the key.
    #[napi(catch_unwind)]
    pub fn describe<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        let key = self.key.key();
        let description = Description {
            name: key.name(),
            role: self.key.role(),
            provider: key.provider().name(),
            attributes: key.attributes(),
        };
        convert::value(env, description)
    }

    /// All forms of the public key, if the key has one in a form that the client knows.
    #[napi(catch_unwind)]
    pub fn public_key<'env>(&self, env: &'env Env) -> Result<Option<Unknown<'env>>> {
        let key = self.key.key();
        let public = key.public_key();
        public
            .map(|public| public_key::forms(env, public))
            .transpose()
    }
}

pub(crate) fn any(_: &Env, key: Key) -> Result<NativeKey> {
    Ok(NativeKey::new(key.into_any()))
}
