//! The core of async and blocking clients: generic over the transport.

mod attributes;
mod discovery;
mod entries;
mod from_spec;
mod identity;
mod keys;
mod lists;
mod random_and_hash;
mod role;
mod sealed;
mod secrets;
mod signing;
mod streams;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use parsec_contracts::frame::{RequestHeader, flags};
use parsec_contracts::operations::{ListAuthenticators, Ping};
use parsec_contracts::types::{AuthenticatorInfo, ErrorDetail, KeyType, ProviderInfo};
use parsec_contracts::{
    AuthType, Body, CallerKind, ErrorKind, Opcode, Operation, ProviderId, Zeroizing,
};

pub(crate) use keys::KeyCore;
pub(crate) use role::Role;
pub(crate) use streams::StreamCore;

use crate::auth::Authentication;
use crate::endpoint::Candidate;
use crate::endpoint::Endpoint;
use crate::environment;
use crate::error::{Error, Result};
use crate::key_use::Uses;
use crate::spec::KeySpec;
use crate::transport::{Channel, RESPONSE_LIMIT, Request, Transport};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// A TPM or a small machine needs longer to find two large primes than for anything else.
const RSA_TIMEOUT: Duration = Duration::from_secs(120);

/// Options of a client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) application: Option<String>,
    pub(crate) authentication: Option<Authentication>,
    pub(crate) provider: Option<ProviderId>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_body_size: Option<usize>,
}

/// A client, generic over the transport. Clones share connections and the discovery cache.
pub(crate) struct Core<T: Transport> {
    shared: Arc<Shared<T>>,
    authentication: Authentication,
    provider: Option<ProviderId>,
    /// Intended uses of new keys.
    uses: Uses,
    timeout: Option<Duration>,
}

struct Shared<T: Transport> {
    channel: Channel<T>,
    known: Mutex<Known>,
}

/// Discovery cache: does not change until the service restarts.
#[derive(Clone, Default)]
struct Known {
    providers: Option<Arc<[ProviderInfo]>>,
    authenticators: Option<Arc<[AuthenticatorInfo]>>,
    opcodes: Vec<(u8, Arc<[u32]>)>,
    /// Larger than any response.
    has_many_keys: bool,
}

impl<T: Transport> Clone for Core<T> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            authentication: self.authentication.clone(),
            provider: self.provider,
            uses: self.uses,
            timeout: self.timeout,
        }
    }
}

impl<T: Transport> Core<T> {
    /// Finds the service and chooses the authentication.
    pub(crate) async fn connect(options: Options) -> Result<Self> {
        let candidates = match options.endpoint {
            Some(endpoint) => vec![Candidate::named(endpoint)],
            None => Candidate::of_environment()?,
        };
        let mut core = Self {
            shared: Arc::new(Shared {
                channel: Channel::new(candidates, options.max_body_size.unwrap_or(RESPONSE_LIMIT)),
                known: Mutex::default(),
            }),
            authentication: Authentication::None,
            provider: options.provider,
            uses: Uses::default(),
            timeout: options.timeout,
        };
        core.authentication = match options.authentication {
            Some(authentication) => {
                let pinged = core.call_core(Ping {}).await;
                pinged.map_err(Error::without_operation)?;
                authentication
            }
            None => {
                let application = options.application.or_else(application_of_environment);
                let offered: Vec<_> = core
                    .authenticators()
                    .await
                    .map_err(Error::without_operation)?
                    .iter()
                    .filter_map(|info| AuthType::from_number(u8::try_from(info.id).ok()?))
                    .collect();
                Authentication::choose(application.as_deref(), token_file(), &offered)
            }
        };
        Ok(core)
    }

    pub(crate) fn endpoint(&self) -> Option<&Endpoint> {
        self.shared.channel.endpoint()
    }

    pub(crate) fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    pub(crate) fn pinned_provider(&self) -> Option<ProviderId> {
        self.provider
    }

    pub(crate) fn with_provider(&self, provider: ProviderId) -> Self {
        Self {
            provider: Some(provider),
            ..self.clone()
        }
    }

    /// Returns this client, or [`Core::with_provider`] if a provider is given.
    pub(crate) fn at(&self, provider: Option<ProviderId>) -> Self {
        Self {
            provider: provider.or(self.provider),
            ..self.clone()
        }
    }

    /// Returns this client with the provider and uses of `spec`.
    pub(crate) fn for_spec(&self, spec: &impl KeySpec) -> Self {
        Self {
            uses: spec.uses().0,
            ..self.at(spec.provider())
        }
    }

    pub(crate) fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            timeout: Some(timeout),
            ..self.clone()
        }
    }

    /// Returns this client with separate connections, on any transport.
    pub(crate) fn with_own_connections<U: Transport>(&self) -> Core<U> {
        Core {
            shared: Arc::new(Shared {
                channel: self.shared.channel.with_own_connections(),
                known: Mutex::new(self.known(|known| known.clone())),
            }),
            authentication: self.authentication.clone(),
            provider: self.provider,
            uses: self.uses,
            timeout: self.timeout,
        }
    }

    /// Returns the deadline of a request that starts now.
    fn deadline(&self, default: Duration) -> Instant {
        let now = Instant::now();
        now.checked_add(self.timeout.unwrap_or(default))
            // A timeout beyond the range of the clock is no timeout.
            .unwrap_or_else(|| now + Duration::from_secs(365 * 24 * 3600))
    }

    pub(crate) async fn call_core<O: Operation>(&self, input: O) -> Result<O::Output> {
        self.call_without_advice(ProviderId::Core, input, DEFAULT_TIMEOUT)
            .await
    }

    pub(crate) async fn call<O: Operation>(
        &self,
        provider: ProviderId,
        input: O,
    ) -> Result<O::Output> {
        self.call_within(provider, input, DEFAULT_TIMEOUT).await
    }

    /// Calls with a longer timeout for key types that take long to generate.
    pub(crate) async fn call_for<O: Operation>(
        &self,
        provider: ProviderId,
        input: O,
        key_type: KeyType,
    ) -> Result<O::Output> {
        let timeout = match key_type {
            KeyType::RsaKeyPair => RSA_TIMEOUT,
            _ => DEFAULT_TIMEOUT,
        };
        self.call_within(provider, input, timeout).await
    }

    async fn call_within<O: Operation>(
        &self,
        provider: ProviderId,
        input: O,
        timeout: Duration,
    ) -> Result<O::Output> {
        match self.call_without_advice(provider, input, timeout).await {
            Err(error) if error.kind() == ErrorKind::NotSupported => {
                Err(self.with_alternatives(error, provider, O::OPCODE).await)
            }
            result => result,
        }
    }

    /// Calls without adding advice to the service's errors.
    async fn call_without_advice<O: Operation>(
        &self,
        provider: ProviderId,
        input: O,
        timeout: Duration,
    ) -> Result<O::Output> {
        let bytes = self.bytes(provider, input, timeout).await?;
        decode(&bytes).map_err(|error| error.with_operation(O::OPCODE))
    }

    /// Returns the response's body, for responses that are parsed in parts.
    async fn bytes<O: Operation>(
        &self,
        provider: ProviderId,
        input: O,
        timeout: Duration,
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.exchange(provider, input, timeout)
            .await
            .map_err(|error| error.with_operation(O::OPCODE))
    }

    async fn exchange<O: Operation>(
        &self,
        provider: ProviderId,
        input: O,
        timeout: Duration,
    ) -> Result<Zeroizing<Vec<u8>>> {
        input
            .check()
            .map_err(|broken| Error::invalid(broken.to_string(), "correct the argument"))?;
        let request = Request {
            frame: self.frame(provider, O::OPCODE, &input.encode())?,
            opcode: O::OPCODE,
            deadline: self.deadline(timeout),
        };
        let reply = self.shared.channel.exchange(&request).await?;
        if reply.status == 0 {
            return Ok(reply.body);
        }
        // A service without extensions leaves the body empty; a newer one may send details that
        // this client cannot parse. The status is valid in both cases.
        let detail = (!reply.body.is_empty())
            .then(|| ErrorDetail::decode(&reply.body).ok())
            .flatten();
        Err(Error::from_status(reply.status, O::OPCODE, detail))
    }

    fn frame(
        &self,
        provider: ProviderId,
        opcode: Opcode,
        body: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let authentication = if is_anonymous(opcode) {
            &Authentication::None
        } else {
            &self.authentication
        };
        let field = authentication.field()?;
        let body_length = u32::try_from(body.len()).map_err(|_| {
            Error::invalid(
                "the request is larger than a frame can carry",
                "send less data per request",
            )
        })?;
        let header = RequestHeader {
            flags: flags::EXTENSIONS,
            provider: provider.number(),
            auth_type: authentication.auth_type().number(),
            body_length,
            // Authentication::field checks the length.
            auth_length: field.len() as u16,
            opcode: opcode.number(),
            ..RequestHeader::default()
        };
        let header = header.encode();
        let mut frame = Zeroizing::new(Vec::with_capacity(header.len() + body.len() + field.len()));
        frame.extend_from_slice(&header);
        frame.extend_from_slice(body);
        frame.extend_from_slice(field.expose());
        Ok(frame)
    }
}

fn decode<B: Body>(bytes: &[u8]) -> Result<B> {
    B::decode(bytes).map_err(|error| {
        Error::protocol("the service's response cannot be parsed").with_source(error)
    })
}

fn application_of_environment() -> Option<String> {
    environment::variable("PARSEC_APPLICATION")?
        .into_string()
        .ok()
}

/// Returns the JWT-SVID file that the environment specifies; another program renews it.
fn token_file() -> Option<PathBuf> {
    environment::variable("PARSEC_JWT_SVID_FILE").map(PathBuf::from)
}

/// Returns whether an operation is sent without authentication. Queries for a provider's abilities
/// are authenticated, because the service's policy may restrict them.
fn is_anonymous(opcode: Opcode) -> bool {
    opcode.caller() == CallerKind::Anyone && opcode != Opcode::ListOpcodes
}

impl<T: Transport> Core<T> {
    /// Returns the authenticators of the service.
    pub(crate) async fn authenticators(&self) -> Result<Arc<[AuthenticatorInfo]>> {
        if let Some(known) = self.known(|known| known.authenticators.clone()) {
            return Ok(known);
        }
        let fresh: Arc<[_]> = self
            .call_core(ListAuthenticators {})
            .await?
            .authenticators
            .into();
        self.known(|known| known.authenticators = Some(fresh.clone()));
        Ok(fresh)
    }

    /// Accesses the cache. No lock is held during a request, so two callers may send the same
    /// query.
    fn known<R>(&self, look: impl FnOnce(&mut Known) -> R) -> R {
        crate::fork::section(|| {
            let known = self.shared.known.lock();
            look(&mut known.unwrap_or_else(std::sync::PoisonError::into_inner))
        })
    }
}
