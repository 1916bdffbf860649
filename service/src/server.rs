//! From a frame to its answer: everything that connections share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::frame::{Recognised, RequestHeader, ResponseHeader};
use parsec_contracts::{CallerKind, Opcode, ProviderId, ServedBy, Status, Zeroizing};

use crate::authenticator::{Authenticators, Peer};
use crate::config::Config;
use crate::core_provider::{CoreProvider, Instance};
use crate::devices;
use crate::dispatch::{Call, Caller, CoreCall, Limits, Refusal};
use crate::error::ServiceError;
use crate::generated::dispatch;
use crate::identity::Identity;
use crate::key_store::{Ended, Intents, KeyStore, Sealer};
use crate::limits::{Client, Clients, LimitRules, Who};
use crate::policy::Policy;
use crate::streams::{Session, Sessions};
use crate::workers::{OWN, WorkError, Workers};

/// Jobs that may wait for one provider beside those at work.
const QUEUE: usize = 1024;
/// Threads for the service's own operations that touch the key store.
const CORE_WORKERS: usize = 2;

/// How long to wait for room in a queue where there must be some.
const FULL_QUEUE_PAUSE: Duration = Duration::from_millis(20);

/// A request as it was read.
pub(crate) struct Request {
    pub(crate) header: RequestHeader,
    pub(crate) body: Zeroizing<Vec<u8>>,
    pub(crate) auth: Zeroizing<Vec<u8>>,
}

/// What goes back.
pub(crate) struct Response {
    pub(crate) header: ResponseHeader,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// How long to leave the client alone, which has exceeded a limit.
    pub(crate) pause: Option<Duration>,
}

impl Response {
    /// The answer to what could not be understood.
    pub(crate) fn bare(status: Status) -> Self {
        Self {
            header: ResponseHeader::bare(status),
            body: Zeroizing::default(),
            pause: None,
        }
    }
}

/// The service behind the listener.
pub(crate) struct Server {
    authenticators: Arc<Authenticators>,
    core: Arc<CoreProvider>,
    core_workers: Workers,
    instances: Arc<[Instance]>,
    /// One pool an instance, in the same order.
    workers: Vec<Workers>,
    store: Arc<KeyStore>,
    limits: Limits,
    log_error_details: bool,
    sessions: Arc<Sessions>,
    clients: Arc<Clients>,
    policy: Arc<Policy>,
}

impl Server {
    /// Opens the key store and starts the providers.
    pub(crate) fn start(config: &Config) -> Result<Self, ServiceError> {
        let sealer = devices::sealer(config);
        let store = Arc::new(KeyStore::open(
            &config.key_store,
            &config.master_key_file,
            sealer.as_ref().map(|tpm| tpm as &dyn Sealer),
        )?);
        let mut instances = Vec::new();
        let mut workers = Vec::new();
        for provider in &config.providers {
            // Were a name given to a provider of another type, it must not be handed the other's
            // material.
            let key_space = format!("{}/{}", provider.id.family().uuid(), provider.name);
            let journal = Intents {
                store: Arc::clone(&store),
                key_space: key_space.clone(),
            };
            let Some(started) = devices::start(provider, Arc::new(journal))? else {
                continue;
            };
            let instance = Instance {
                id: provider.id,
                name: provider.name.clone(),
                key_space,
                provider: started,
            };
            instance.space(&store).repair();
            let threads = instance.provider.workers();
            workers.push(Workers::start(provider.id.name(), threads, QUEUE)?);
            instances.push(instance);
        }
        let instances: Arc<[Instance]> = instances.into();
        let authenticators = Arc::new(Authenticators::new(config));
        authenticators.watch();
        let clients = Arc::new(Clients::new(
            LimitRules::new(&config.limits),
            store.disabled()?,
        ));
        let policy = Arc::new(Policy::new(&config.policy));
        let sessions = Arc::new(Sessions::default());
        let core = Arc::new(CoreProvider {
            instances: Arc::clone(&instances),
            authenticators: Arc::clone(&authenticators),
            store: Arc::clone(&store),
            clients: Arc::clone(&clients),
            sessions: Arc::clone(&sessions),
            policy: Arc::clone(&policy),
        });
        // A service that was killed could not do it.
        core.delete_ended(Ended::AllSessions);
        Ok(Self {
            core,
            core_workers: Workers::start("core", CORE_WORKERS, QUEUE)?,
            authenticators,
            instances,
            workers,
            store,
            limits: Limits {
                response: config.buffer_size_limit,
                allow_deprecated: config.allow_deprecated,
            },
            log_error_details: config.log_error_details,
            sessions,
            clients,
            policy,
        })
    }

    /// Whether callers' control groups are of interest.
    pub(crate) fn wants_cgroups(&self) -> bool {
        self.authenticators.want_cgroups()
    }

    /// For a connection that has just been made.
    pub(crate) fn open_session(&self) -> Arc<Session> {
        self.sessions.open()
    }

    /// Deletes what ends with a connection.
    pub(crate) async fn close_session(&self, session: Arc<Session>) {
        let number = session.number();
        if !session.holds_keys() {
            return;
        }
        drop(session);
        self.delete_ended(Ended::Session(number)).await;
    }

    /// Once in a while: drops streams that lie idle and deletes keys whose time has come.
    pub(crate) async fn clean_up(&self) {
        self.sessions.sweep();
        self.delete_ended(Ended::Time).await;
        let core = Arc::clone(&self.core);
        // If the queue is full there is another time.
        let _ = self
            .core_workers
            .run(OWN, move || core.clear_devices())
            .await;
    }

    async fn delete_ended(&self, why: Ended) {
        let core = Arc::clone(&self.core);
        // A full queue is no reason to leave keys behind: it empties.
        while self
            .core_workers
            .run(OWN, {
                let core = Arc::clone(&core);
                move || core.delete_ended(why)
            })
            .await
            == Err(WorkError::Full)
        {
            tokio::time::sleep(FULL_QUEUE_PAUSE).await;
        }
    }

    /// Answers a request. Never fails: what goes wrong is the answer.
    pub(crate) async fn answer(
        self: &Arc<Self>,
        request: Request,
        peer: Option<&Peer>,
        session: &Arc<Session>,
    ) -> Response {
        let asked = match request.header.recognise() {
            Ok(asked) => asked,
            Err(status) => return Response::bare(status),
        };
        let header = request.header.clone();
        let caller = self.caller(asked, &request, peer);
        let application = match &caller {
            Ok(caller) if self.log_error_details => caller.identity.clone(),
            _ => None,
        };
        let answer = match caller {
            Ok(caller) => {
                self.serve_within_limits(asked, caller, request.body, peer, session)
                    .await
            }
            Err(refusal) => Err(refusal),
        };
        let mut pause = None;
        let (status, body) = match answer {
            Ok(body) => (Status::Success, body),
            Err(refusal) => {
                self.log(asked.opcode, &refusal, application.as_ref());
                if refusal.status == Status::TooManyRequests {
                    pause = refusal.retry_after;
                }
                refusal.response(header.wants_extensions())
            }
        };
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        Response {
            header: ResponseHeader::reply_to(&header, status, length),
            body,
            pause,
        }
    }

    async fn serve_within_limits(
        self: &Arc<Self>,
        asked: Recognised,
        caller: Caller,
        body: Zeroizing<Vec<u8>>,
        peer: Option<&Peer>,
        session: &Arc<Session>,
    ) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let who = match &caller.identity {
            Some(identity) => Who::Application(identity.clone()),
            None => Who::User(peer.map(|peer| peer.uid)),
        };
        let client = self.clients.meet(&who);
        let place = self.clients.admit(&client, body.len() as u64)?;
        session.connect(&client)?;
        let answer = self.serve(asked, caller, body, &client, session).await;
        drop(place);
        answer
    }

    /// Names of applications, and words that a request may have chosen, reach the log only if the
    /// configuration allows it.
    fn log(&self, opcode: Opcode, refusal: &Refusal, application: Option<&Identity>) {
        let (opcode, status) = (opcode.name(), refusal.status);
        if !self.log_error_details {
            tracing::debug!(opcode, %status, "refused");
            return;
        }
        let application = application.map(|identity| identity.name.as_str());
        tracing::info!(opcode, %status, application, reason = refusal.message, "refused");
    }

    fn caller(
        &self,
        asked: Recognised,
        request: &Request,
        peer: Option<&Peer>,
    ) -> Result<Caller, Refusal> {
        let identity = self
            .authenticators
            .authenticate(asked.auth_type, &request.auth, peer)
            .map_err(Refusal::of)?;
        Ok(Caller {
            is_admin: identity
                .as_ref()
                .is_some_and(|identity| self.authenticators.is_admin(identity)),
            identity,
            extensions: request.header.wants_extensions(),
        })
    }

    /// The published order of refusals, once it is known who calls.
    async fn serve(
        self: &Arc<Self>,
        asked: Recognised,
        caller: Caller,
        body: Zeroizing<Vec<u8>>,
        client: &Arc<Client>,
        session: &Arc<Session>,
    ) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        if asked.provider == ProviderId::Core {
            return self.serve_core(asked.opcode, caller, client, body).await;
        }
        let index = self
            .instances
            .iter()
            .position(|instance| instance.id == asked.provider)
            .ok_or_else(|| Refusal::of(Status::ProviderNotRegistered))?;
        if asked.opcode.served_by() == ServedBy::Core {
            return Err(Refusal::wrong_provider(asked.opcode));
        }
        let server = Arc::clone(self);
        let session = Arc::clone(session);
        let number = client.number();
        let client = Arc::clone(client);
        let job = move || {
            let instance = &server.instances[index];
            let call = Call {
                opcode: asked.opcode,
                caller: &caller,
                provider: &*instance.provider,
                key_space: &instance.key_space,
                store: &server.store,
                session: &session,
                limits: server.limits,
                client: &client,
                policy: &server.policy,
                instance: (instance.id, &instance.name),
            };
            dispatch::crypto(&call, &body)
        };
        finished(self.workers[index].run(number, job).await, asked.opcode)
    }

    async fn serve_core(
        &self,
        opcode: Opcode,
        caller: Caller,
        client: &Client,
        body: Zeroizing<Vec<u8>>,
    ) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        if opcode.served_by() != ServedBy::Core {
            return Err(Refusal::wrong_provider(opcode));
        }
        if opcode.caller() == CallerKind::Administrator {
            caller.identity()?;
            if !caller.is_admin {
                return Err(Refusal::of(Status::AdminOperation));
            }
        }
        let core = Arc::clone(&self.core);
        let job = move || {
            let call = CoreCall {
                opcode,
                caller: &caller,
                core: &*core,
            };
            dispatch::core(&call, &body)
        };
        // What anyone may ask is answered from memory; the rest touches the key store.
        if opcode.caller() == CallerKind::Anyone {
            let answered = catch_unwind(AssertUnwindSafe(job));
            return finished(answered.map_err(|_| WorkError::Panicked), opcode);
        }
        finished(self.core_workers.run(client.number(), job).await, opcode)
    }
}

fn finished<T>(
    result: Result<Result<T, Refusal>, WorkError>,
    opcode: Opcode,
) -> Result<T, Refusal> {
    match result {
        Ok(answer) => answer,
        Err(WorkError::Full) => Err(Refusal::busy()),
        Err(WorkError::Panicked) => {
            tracing::error!(opcode = opcode.name(), "a request panicked; this is a bug");
            Err(Refusal::of(Status::PsaErrorGenericError))
        }
    }
}
