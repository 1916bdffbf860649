//! The client.

use std::time::Duration;

use napi::bindgen_prelude::{Either, PromiseRaw, Uint8ArraySlice, Unknown};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::types::KeyLifetime;
use parsec_client::{AnyKey, Authentication, Client, Endpoint, PrivateKey, Secret, Zeroizing};

use crate::call::Call;
use crate::convert;
use crate::error::{failure, invalid};
use crate::keys::{NativeKey, any};
use crate::promise::promise;
use crate::public_key;
use crate::spec::Spec;

/// What to say otherwise about a client.
#[napi(object, object_to_js = false)]
#[derive(Debug, Default)]
pub struct ConnectOptions {
    /// Where the service listens: `unix:` and a path.
    pub endpoint: Option<String>,
    /// The application's name, for a service that takes names on trust.
    pub application: Option<String>,
    /// The number of the one provider to use.
    pub provider: Option<u32>,
    /// How long to wait for each answer, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// The most bytes to take as an answer.
    pub max_body_size: Option<u32>,
    /// How to say who the client is: `none`, `direct`, `unix-peer-credentials`, `jwt-svid` or
    /// `jwt-svid-file`.
    pub authentication: Option<String>,
    /// The name, token or path that belongs to it.
    pub identity: Option<String>,
}

/// Connects to the service.
#[napi(catch_unwind)]
pub fn connect<'env>(
    env: &'env Env,
    options: ConnectOptions,
    call: Option<&Call>,
) -> Result<PromiseRaw<'env, NativeClient>> {
    let mut builder = Client::builder();
    if let Some(endpoint) = &options.endpoint {
        builder = builder.endpoint(Endpoint::parse(endpoint).map_err(failure)?);
    }
    if let Some(application) = options.application {
        builder = builder.application(application);
    }
    if let Some(number) = options.provider {
        builder = builder.provider(convert::provider(number)?);
    }
    if let Some(millis) = options.timeout_ms {
        builder = builder.timeout(Duration::from_millis(millis.into()));
    }
    if let Some(bytes) = options.max_body_size {
        builder = builder.max_body_size(bytes as usize);
    }
    if let Some(name) = &options.authentication {
        let value = Secret::from(options.identity.unwrap_or_default().into_bytes());
        builder = builder.authentication(Authentication::named(name, value).map_err(failure)?);
    }
    promise(env, call, builder.connect(), |_, client| {
        Ok(NativeClient { client })
    })
}

/// A client of the service.
#[napi]
#[derive(Debug)]
pub struct NativeClient {
    pub(crate) client: Client,
}

impl NativeClient {
    /// The client, with the time that this call may take.
    pub(crate) fn timed(&self, call: Option<&Call>) -> Client {
        match call.and_then(Call::timeout) {
            Some(timeout) => self.client.with_timeout(timeout),
            None => self.client.clone(),
        }
    }
}

/// A method of the client: its arguments, what it awaits, and what becomes of the answer.
macro_rules! client_call {
    ($self:ident, $env:ident, $call:ident, |$client:ident| $work:expr, $convert:expr) => {{
        let $client = $self.timed($call);
        promise($env, $call, async move { $work.await }, $convert)
    }};
}

#[napi]
impl NativeClient {
    /// Where the service was found.
    #[napi(catch_unwind)]
    pub fn endpoint(&self) -> Option<String> {
        let endpoint = self.client.endpoint()?;
        Some(format!("unix:{}", endpoint.path().display()))
    }

    /// The same client with another provider or another time-out.
    #[napi(catch_unwind)]
    pub fn with_options(&self, provider: Option<u32>, timeout_ms: Option<u32>) -> Result<Self> {
        let mut client = self.client.clone();
        if let Some(number) = provider {
            client = client.with_provider(convert::provider(number)?);
        }
        if let Some(millis) = timeout_ms {
            client = client.with_timeout(Duration::from_millis(millis.into()));
        }
        Ok(Self { client })
    }

    /// The version of the protocol that the service speaks.
    #[napi(catch_unwind)]
    pub fn ping<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Vec<u32>>> {
        client_call!(
            self,
            env,
            call,
            |client| client.ping(),
            |_, (major, minor)| Ok(vec![major, minor])
        )
    }

    /// The providers of the service.
    #[napi(catch_unwind)]
    pub fn providers<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Unknown<'env>>> {
        client_call!(self, env, call, |client| client.providers(), convert::value)
    }

    /// The authenticators of the service.
    #[napi(catch_unwind)]
    pub fn authenticators<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Unknown<'env>>> {
        client_call!(
            self,
            env,
            call,
            |client| client.authenticators(),
            convert::value
        )
    }

    /// The names of the operations that a provider serves.
    #[napi(catch_unwind)]
    pub fn opcodes<'env>(
        &self,
        env: &'env Env,
        provider: u32,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Vec<&'static str>>> {
        let provider = convert::provider(provider)?;
        client_call!(
            self,
            env,
            call,
            |client| client.opcodes(provider),
            |_, opcodes| { Ok(opcodes.iter().map(|opcode| opcode.name()).collect()) }
        )
    }

    /// The keys of this application.
    #[napi(catch_unwind)]
    pub fn keys<'env>(
        &self,
        env: &'env Env,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Unknown<'env>>> {
        client_call!(self, env, call, |client| client.keys(), convert::value)
    }

    /// A key by its name.
    #[napi(catch_unwind)]
    pub fn open<'env>(
        &self,
        env: &'env Env,
        name: String,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        client_call!(self, env, call, |client| client.open(&name), any)
    }

    /// A new key.
    #[napi(catch_unwind)]
    pub fn generate<'env>(
        &self,
        env: &'env Env,
        name: String,
        spec: Spec,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let spec = spec.read()?;
        client_call!(self, env, call, |client| client.generate(&name, spec), any)
    }

    /// A key, made where it is missing.
    #[napi(catch_unwind)]
    pub fn get_or_generate<'env>(
        &self,
        env: &'env Env,
        name: String,
        spec: Spec,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let spec = spec.read()?;
        client_call!(
            self,
            env,
            call,
            |client| client.get_or_generate(&name, spec),
            any
        )
    }

    /// A new key that vanishes by itself, at that second after 1970 began.
    #[napi(catch_unwind)]
    pub fn generate_volatile<'env>(
        &self,
        env: &'env Env,
        name: String,
        spec: Spec,
        expires_at: f64,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let spec = spec.read()?;
        let lifetime = KeyLifetime::ExpiresAt {
            time: expires_at as u64,
        };
        client_call!(
            self,
            env,
            call,
            |client| client.generate_volatile(&name, spec, lifetime),
            any
        )
    }

    /// A key pair that was made elsewhere: PEM, or DER.
    #[napi(catch_unwind)]
    pub fn import_private<'env>(
        &self,
        env: &'env Env,
        name: String,
        spec: Spec,
        material: Either<String, &[u8]>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let spec = spec.read()?;
        let key = match material {
            Either::A(pem) => PrivateKey::from_pem(&Zeroizing::new(pem)),
            Either::B(der) => PrivateKey::from_der(der),
        }
        .map_err(failure)?;
        client_call!(
            self,
            env,
            call,
            |client| client.import(&name, spec, &key),
            any
        )
    }

    /// Key material as the PSA Crypto API has it.
    #[napi(catch_unwind)]
    pub fn import_bytes<'env>(
        &self,
        env: &'env Env,
        name: String,
        spec: Spec,
        material: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let spec = spec.read()?;
        let material = Secret::from(material);
        client_call!(
            self,
            env,
            call,
            |client| client.import_bytes(&name, spec, &material),
            any
        )
    }

    /// Somebody's public key: PEM, or DER.
    #[napi(catch_unwind)]
    pub fn import_public<'env>(
        &self,
        env: &'env Env,
        name: String,
        spec: Spec,
        material: Either<String, &[u8]>,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, NativeKey>> {
        let spec = spec.read()?;
        let key = public_key::read(material)?;
        client_call!(
            self,
            env,
            call,
            |client| client.import_public(&name, spec, &key),
            |_, key| { Ok(NativeKey::new(AnyKey::Verifying(key))) }
        )
    }

    /// Random bytes.
    #[napi(catch_unwind)]
    pub fn random<'env>(
        &self,
        env: &'env Env,
        count: u32,
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let count = usize::try_from(count).map_err(|_| invalid("count: too large"))?;
        client_call!(
            self,
            env,
            call,
            |client| client.random(count),
            convert::secret
        )
    }

    /// A hash, made by the service.
    #[napi(catch_unwind)]
    pub fn hash<'env>(
        &self,
        env: &'env Env,
        name: String,
        data: &[u8],
        call: Option<&Call>,
    ) -> Result<PromiseRaw<'env, Uint8ArraySlice<'env>>> {
        let hash = convert::hash(&name)?;
        let data = data.to_vec();
        client_call!(
            self,
            env,
            call,
            |client| client.hash(hash, &data),
            convert::bytes
        )
    }
}
