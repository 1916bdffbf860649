//! From a frame to its answer: everything that connections share.

mod upkeep;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parsec_contracts::frame::{Recognised, RequestHeader, ResponseHeader};
use parsec_contracts::{CallerKind, Opcode, ProviderId, ServedBy, Status, Zeroizing};
use parsec_provider::Counted;
use tracing::Instrument as _;

use crate::audit::{Asking, Audit, Event, Noted, Notes, Watched};
use crate::authenticator::Peer;
use crate::config::Config;
use crate::core_provider::{CoreProvider, Instance};
use crate::devices;
use crate::dispatch::{Call, Caller, CoreCall, Refusal};
use crate::error::ServiceError;
use crate::generated::dispatch;
use crate::identity::Identity;
use crate::key_store::{Ended, Intents, KeyStore};
use crate::limits::{Client, Clients, LimitRules, Who};
use crate::listener::Terms;
use crate::metrics::Metrics;
use crate::settings::{Settings, Shared};
use crate::streams::{Session, Sessions};
use crate::workers::{OWN, WorkError, Workers};

/// Jobs that may wait for one provider beside those at work.
const QUEUE: usize = 1024;
/// Threads for the service's own operations that touch the key store.
const CORE_WORKERS: usize = 2;
/// Threads for administrators, who must not wait for clients, nor clients for what they delete.
const ADMIN_WORKERS: usize = 1;

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
    settings: Shared,
    audit: Audit,
    metrics: Metrics,
    core: Arc<CoreProvider>,
    core_workers: Workers,
    admin_workers: Workers,
    instances: Arc<[Instance]>,
    /// One pool an instance, in the same order.
    workers: Vec<Workers>,
    store: Arc<KeyStore>,
    sessions: Arc<Sessions>,
    clients: Arc<Clients>,
}

impl Server {
    /// Opens the key store and starts the providers.
    pub(crate) fn start(config: &Config, audit: Audit) -> Result<Self, ServiceError> {
        let store = Arc::new(KeyStore::open(devices::place(config))?);
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
            for (owner, key) in instance.space(&store).repair() {
                audit.record(Event::deleted(&owner, instance.id.name(), &key));
            }
            let threads = instance.provider.workers();
            workers.push(Workers::start(provider.id.name(), threads, QUEUE)?);
            instances.push(instance);
        }
        let instances: Arc<[Instance]> = instances.into();
        let settings = Settings::of(config);
        settings.authenticators.watch();
        let settings = settings.share();
        let clients = Arc::new(Clients::new(
            LimitRules::new(&config.limits),
            store.disabled()?,
        ));
        let sessions = Arc::new(Sessions::default());
        let core = Arc::new(CoreProvider {
            instances: Arc::clone(&instances),
            settings: Arc::clone(&settings),
            store: Arc::clone(&store),
            audit: audit.clone(),
            clients: Arc::clone(&clients),
            sessions: Arc::clone(&sessions),
        });
        // A service that was killed could not do it.
        for (owner, key) in store.ended(Ended::AllSessions)? {
            upkeep::delete(&core, &owner, &key);
        }
        Ok(Self {
            core,
            core_workers: Workers::start("core", CORE_WORKERS, QUEUE)?,
            admin_workers: Workers::start("admin", ADMIN_WORKERS, QUEUE)?,
            settings,
            audit,
            metrics: Metrics::new(),
            instances,
            workers,
            store,
            sessions,
            clients,
        })
    }

    /// All clients, to change what they may have.
    pub(crate) fn clients(&self) -> Arc<Clients> {
        Arc::clone(&self.clients)
    }

    /// What holds now, to be looked at or changed.
    pub(crate) fn settings(&self) -> Shared {
        Arc::clone(&self.settings)
    }

    /// How connections are treated.
    pub(crate) fn terms(&self) -> Terms {
        self.settings.load().terms
    }

    /// The numbers, to be added to.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The numbers as they are now, as text.
    pub(crate) async fn metrics_text(&self) -> String {
        for (instance, workers) in self.instances.iter().zip(&self.workers) {
            let counted = instance.provider.counted();
            self.metrics
                .set_provider(instance.id, workers.waiting(), counted);
        }
        let core = &self.core_workers;
        self.metrics
            .set_provider(ProviderId::Core, core.waiting(), Counted::default());
        let (written, lost) = self.audit.counts();
        self.metrics.set_audit(written, lost);
        let store = Arc::clone(&self.store);
        // Where the queue is full, the last counts stand.
        if let Ok(Ok(counts)) = core.run(OWN, move || store.counts()).await {
            for instance in &*self.instances {
                let is_its = |count: &&(String, u64)| count.0 == instance.key_space;
                let keys = counts.iter().find(is_its).map_or(0, |count| count.1);
                self.metrics.set_keys(instance.id, keys);
            }
        }
        self.metrics.text()
    }

    /// For a connection that has just been made.
    pub(crate) fn open_session(&self) -> Arc<Session> {
        self.sessions.open()
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
        let id = session.next_request();
        let span = tracing::info_span!("request", id);
        self.answer_recognised(asked, id, request, peer, session)
            .instrument(span)
            .await
    }

    async fn answer_recognised(
        self: &Arc<Self>,
        asked: Recognised,
        id: String,
        request: Request,
        peer: Option<&Peer>,
        session: &Arc<Session>,
    ) -> Response {
        let begun = Instant::now();
        let header = request.header.clone();
        let settings = self.settings.load_full();
        let caller = caller(&settings, asked, &request, peer);
        let identity = caller
            .as_ref()
            .ok()
            .and_then(|caller| caller.identity.clone());
        let asking = Asking {
            request: &id,
            identity: identity.as_ref(),
            uid: peer.map(|peer| peer.uid),
            opcode: asked.opcode,
            provider: asked.provider,
        };
        let watched = Watched::new(&self.audit, asking);
        let (answer, notes) = match caller {
            Ok(caller) => {
                self.serve_within_limits(asked, caller, request.body, peer, session, &settings)
                    .await
            }
            Err(refusal) => self.refuse_stranger(refusal, &request.body, peer),
        };
        let status = answer
            .as_ref()
            .map_or_else(|refusal| refusal.status, |_| Status::Success);
        let took = begun.elapsed();
        self.metrics
            .answered(asked.opcode, asked.provider, status, took);
        tracing::debug!(
            opcode = asked.opcode.name(),
            provider = asked.provider.name(),
            %status,
            ?took,
            "answered"
        );
        watched.answered(notes, status).await;
        let mut pause = None;
        let (status, body) = match answer {
            Ok(body) => (Status::Success, body),
            Err(refusal) => {
                log(&settings, asked.opcode, &refusal, identity.as_ref());
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

    /// Whoever is not whom they say is counted as their user.
    fn refuse_stranger(
        &self,
        refusal: Refusal,
        body: &[u8],
        peer: Option<&Peer>,
    ) -> (Answer, Notes) {
        let client = self.clients.meet(&Who::User(peer.map(|peer| peer.uid)));
        match self.clients.admit(&client, body.len() as u64) {
            Ok(_) => turned_away(&client, refusal),
            Err(too_many) => turned_away(&client, too_many),
        }
    }

    async fn serve_within_limits(
        self: &Arc<Self>,
        asked: Recognised,
        caller: Caller,
        body: Zeroizing<Vec<u8>>,
        peer: Option<&Peer>,
        session: &Arc<Session>,
        settings: &Arc<Settings>,
    ) -> (Answer, Notes) {
        let who = match &caller.identity {
            Some(identity) => Who::Application(identity.clone()),
            None => Who::User(peer.map(|peer| peer.uid)),
        };
        let client = self.clients.meet(&who);
        let place = match self.clients.admit(&client, body.len() as u64) {
            Ok(place) => place,
            Err(refusal) => return turned_away(&client, refusal),
        };
        if let Err(refusal) = session.connect(&client) {
            return turned_away(&client, refusal);
        }
        let done = self
            .serve(asked, caller, body, &client, session, settings)
            .await;
        drop(place);
        done
    }

    /// The published order of refusals, once it is known who calls.
    async fn serve(
        self: &Arc<Self>,
        asked: Recognised,
        caller: Caller,
        body: Zeroizing<Vec<u8>>,
        client: &Arc<Client>,
        session: &Arc<Session>,
        settings: &Arc<Settings>,
    ) -> (Answer, Notes) {
        if asked.provider == ProviderId::Core {
            return self.serve_core(asked.opcode, caller, client, body).await;
        }
        let position = self
            .instances
            .iter()
            .position(|instance| instance.id == asked.provider);
        let Some(index) = position else {
            return refused(Refusal::of(Status::ProviderNotRegistered));
        };
        if asked.opcode.served_by() == ServedBy::Core {
            return refused(Refusal::wrong_provider(asked.opcode));
        }
        let server = Arc::clone(self);
        let session = Arc::clone(session);
        let number = client.number();
        let client = Arc::clone(client);
        let settings = Arc::clone(settings);
        let job = move || {
            let instance = &server.instances[index];
            let noted = Noted::default();
            let call = Call {
                opcode: asked.opcode,
                caller: &caller,
                provider: &*instance.provider,
                key_space: &instance.key_space,
                store: &server.store,
                session: &session,
                limits: settings.limits,
                noted: &noted,
                client: &client,
                policy: &settings.policy,
                instance: (instance.id, &instance.name),
            };
            (dispatch::crypto(&call, &body), noted.take())
        };
        let ran = self.workers[index].run(number, in_span(job)).await;
        finished(ran, asked.opcode)
    }

    async fn serve_core(
        &self,
        opcode: Opcode,
        caller: Caller,
        client: &Client,
        body: Zeroizing<Vec<u8>>,
    ) -> (Answer, Notes) {
        if opcode.served_by() != ServedBy::Core {
            return refused(Refusal::wrong_provider(opcode));
        }
        if let Err(refusal) = allowed(opcode, &caller) {
            return refused(refusal);
        }
        let core = Arc::clone(&self.core);
        let job = move || {
            let noted = Noted::default();
            let call = CoreCall {
                opcode,
                caller: &caller,
                core: &*core,
                noted: &noted,
            };
            (dispatch::core(&call, &body), noted.take())
        };
        // What anyone may ask is answered from memory; the rest touches the key store.
        if opcode.caller() == CallerKind::Anyone {
            let answered = catch_unwind(AssertUnwindSafe(job));
            return finished(answered.map_err(|_| WorkError::Panicked), opcode);
        }
        let workers = match opcode.caller() {
            CallerKind::Administrator => &self.admin_workers,
            _ => &self.core_workers,
        };
        let ran = workers.run(client.number(), in_span(job)).await;
        finished(ran, opcode)
    }
}

type Answer = Result<Zeroizing<Vec<u8>>, Refusal>;

fn refused(refusal: Refusal) -> (Answer, Notes) {
    (Err(refusal), Notes::default())
}

/// A request that was not even looked at.
fn turned_away(client: &Client, refusal: Refusal) -> (Answer, Notes) {
    let notes = if client.is_news() {
        Notes::default()
    } else {
        Notes::of_old_news()
    };
    (Err(refusal), notes)
}

/// Administrators' operations are for administrators.
fn allowed(opcode: Opcode, caller: &Caller) -> Result<(), Refusal> {
    if opcode.caller() != CallerKind::Administrator {
        return Ok(());
    }
    caller.identity()?;
    if !caller.is_admin {
        return Err(Refusal::of(Status::AdminOperation));
    }
    Ok(())
}

/// A job that logs as part of the request that it belongs to.
fn in_span<T>(job: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let span = tracing::Span::current();
    move || span.in_scope(job)
}

/// Names of applications, and words that a request may have chosen, reach the log only if the
/// configuration allows it.
fn log(settings: &Settings, opcode: Opcode, refusal: &Refusal, application: Option<&Identity>) {
    let (opcode, status) = (opcode.name(), refusal.status);
    if !settings.log_error_details {
        tracing::debug!(opcode, %status, "refused");
        return;
    }
    let application = application.map(|identity| identity.name.as_str());
    tracing::info!(opcode, %status, application, reason = refusal.message, "refused");
}

fn caller(
    settings: &Settings,
    asked: Recognised,
    request: &Request,
    peer: Option<&Peer>,
) -> Result<Caller, Refusal> {
    let authenticators = &settings.authenticators;
    let identity = authenticators
        .authenticate(asked.auth_type, &request.auth, peer)
        .map_err(Refusal::of)?;
    Ok(Caller {
        is_admin: identity
            .as_ref()
            .is_some_and(|identity| authenticators.is_admin(identity)),
        identity,
        extensions: request.header.wants_extensions(),
    })
}

fn finished(result: Result<(Answer, Notes), WorkError>, opcode: Opcode) -> (Answer, Notes) {
    match result {
        Ok(done) => done,
        Err(WorkError::Full) => refused(Refusal::busy()),
        Err(WorkError::Panicked) => {
            tracing::error!(opcode = opcode.name(), "a request panicked; this is a bug");
            refused(Refusal::of(Status::PsaErrorGenericError))
        }
    }
}
