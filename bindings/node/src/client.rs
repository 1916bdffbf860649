//! Connecting, and the client. Its methods are in `generated`.

use std::time::Duration;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::{Authentication, Client, Endpoint, Secret};

use crate::call::Call;
use crate::convert;
use crate::error::failure;
use crate::promise::promise;

/// Options of a new client.
#[napi(object, object_to_js = false)]
#[derive(Debug, Default)]
pub struct ConnectOptions {
    /// The endpoint of the service: `unix:` and a path.
    pub endpoint: Option<String>,
    /// The name of the application, for a service with direct authentication.
    pub application: Option<String>,
    /// The number of the only provider to use.
    pub provider: Option<u32>,
    /// The timeout for each response, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// The largest body of a response, in bytes.
    pub max_body_size: Option<u32>,
    /// The authentication: `none`, `direct`, `unix-peer-credentials`, `jwt-svid` or
    /// `jwt-svid-file`.
    pub authentication: Option<String>,
    /// The name, token or path that the authentication needs.
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
    /// The client, with the timeout of this call.
    pub(crate) fn timed(&self, call: Option<&Call>) -> Client {
        match call.and_then(Call::timeout) {
            Some(timeout) => self.client.with_timeout(timeout),
            None => self.client.clone(),
        }
    }
}

#[napi]
impl NativeClient {
    /// The endpoint of the service.
    #[napi(catch_unwind)]
    pub fn endpoint(&self) -> Option<String> {
        let endpoint = self.client.endpoint()?;
        Some(format!("unix:{}", endpoint.path().display()))
    }

    /// The same client with another provider or another timeout.
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
}
