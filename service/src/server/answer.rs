//! From a request to its response.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use parsec_contracts::frame::{Recognised, ResponseHeader};
use parsec_contracts::{AuthType, CallerKind, Opcode, ProviderId, ServedBy, Status, Zeroizing};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::Server;
use super::message::{Origin, Request, Response, body_length};
use crate::audit::{NoteTaker, PendingEvent, RequestInfo, RequestNotes};
use crate::authenticator::{Identified, Peer, Verifier};
use crate::buffer::Buffer;
use crate::dispatch::{Call, Caller, CoreCall, Refusal};
use crate::generated::dispatch;
use crate::identity::Identity;
use crate::limits::{ClientAccount, Principal};
use crate::settings::Settings;
use crate::workers::{Lane, WorkError};

impl Server {
    /// Answers a request. Never fails: an error becomes a response.
    pub(crate) async fn answer(self: Arc<Self>, request: Request, origin: Origin) -> Response {
        let recognised = match request.header.recognise() {
            Ok(recognised) => recognised,
            Err(status) => return Response::bare(status),
        };
        let id = origin.session.next_request();
        let span = tracing::info_span!("request", id);
        self.answer_recognised(recognised, id, request, &origin)
            .instrument(span)
            .await
    }

    async fn answer_recognised(
        self: &Arc<Self>,
        recognised: Recognised,
        id: String,
        mut request: Request,
        origin: &Origin,
    ) -> Response {
        let begun = Instant::now();
        let peer = origin.peer.as_ref();
        let header = request.header.clone();
        let settings = self.settings.load_full();
        let caller = self
            .caller(&settings, recognised, &mut request, origin)
            .await;
        let identity = caller
            .as_ref()
            .ok()
            .and_then(|caller| caller.identity.clone());
        let info = RequestInfo {
            request: &id,
            identity: identity.as_ref(),
            uid: peer.and_then(Peer::user),
            opcode: recognised.opcode,
            provider: recognised.provider,
        };
        let pending = PendingEvent::new(&self.audit, info);
        let Request {
            body, mut buffer, ..
        } = request;
        let (answer, notes) = match caller {
            Ok(caller) => {
                self.serve_within_limits(recognised, caller, body, origin, &settings)
                    .await
            }
            Err(Unauthenticated { refusal, counted }) => match counted {
                Some(user) => turned_away(&user, refusal),
                None => self.refuse_unauthenticated(refusal, &body, peer),
            },
        };
        // Unread responses must not exhaust memory.
        let answer = answer.and_then(|body| {
            buffer.grow(body.len() as u64)?;
            Ok(body)
        });
        let status = answer
            .as_ref()
            .map_or_else(|refusal| refusal.status, |_| Status::Success);
        let took = begun.elapsed();
        self.metrics
            .answered(recognised.opcode, recognised.provider, status, took);
        tracing::debug!(
            opcode = recognised.opcode.name(),
            provider = recognised.provider.name(),
            %status,
            ?took,
            "answered"
        );
        pending.answered(notes, status).await;
        let mut pause = None;
        let (status, body) = match answer {
            Ok(body) => (Status::Success, body),
            Err(refusal) => {
                log(&settings, recognised.opcode, &refusal, identity.as_ref());
                if refusal.status == Status::TooManyRequests {
                    pause = refusal.retry_after;
                }
                refusal.response(header.wants_extensions())
            }
        };
        Response {
            header: ResponseHeader::reply_to(&header, status, body_length(&body)),
            body: body.into(),
            pause,
            buffer: Some(buffer),
        }
    }

    async fn caller(
        &self,
        settings: &Settings,
        recognised: Recognised,
        request: &mut Request,
        origin: &Origin,
    ) -> Result<Caller, Unauthenticated> {
        let peer = origin.peer.as_ref();
        let authenticators = &settings.authenticators;
        let identity = match authenticators.identify(recognised.auth_type, &request.auth, peer) {
            Ok(Identified::As(identity)) => identity,
            Ok(Identified::ByToken(verifier)) => {
                let name = self.verify(verifier, request, origin).await?;
                Some(authenticators.by_token(name))
            }
            Err(status) => {
                return Err(Unauthenticated {
                    refusal: unidentified(recognised.auth_type, peer, status),
                    counted: None,
                });
            }
        };
        Ok(Caller {
            is_admin: identity
                .as_ref()
                .is_some_and(|identity| authenticators.is_admin(identity)),
            identity,
            extensions: request.header.wants_extensions(),
        })
    }

    /// Verifies a token on a worker, within the limits of the caller's user and in its turn, because
    /// anyone can send invalid signatures.
    async fn verify(
        &self,
        verifier: Verifier,
        request: &mut Request,
        origin: &Origin,
    ) -> Result<String, Unauthenticated> {
        let user = self.user(origin.peer.as_ref());
        let refused = |refusal| Unauthenticated {
            refusal,
            counted: Some(Arc::clone(&user)),
        };
        let permit = self.clients.admit(&user, request.body.len() as u64);
        let _permit = permit.map_err(refused)?;
        let token = std::mem::take(&mut request.auth);
        let job = in_span(move || verifier.verify(&token));
        let verified = self
            .core_workers
            .run(user.scheduling_id(), Lane::Quick, &origin.gone, job)
            .await;
        match verified {
            Ok(verified) => verified.map_err(refused),
            Err(WorkError::Abandoned) => Err(refused(abandoned())),
            Err(WorkError::Full) => Err(refused(Refusal::busy())),
            Err(WorkError::Panicked) => {
                tracing::error!("verifying a token panicked; this is a bug");
                Err(refused(Refusal::of(Status::AuthenticationError)))
            }
        }
    }

    /// A caller that fails authentication counts against its Unix user.
    fn refuse_unauthenticated(
        &self,
        refusal: Refusal,
        body: &[u8],
        peer: Option<&Peer>,
    ) -> (Answer, RequestNotes) {
        let client = self.user(peer);
        match self.clients.admit(&client, body.len() as u64) {
            Ok(_) => turned_away(&client, refusal),
            Err(too_many) => turned_away(&client, too_many),
        }
    }

    async fn serve_within_limits(
        self: &Arc<Self>,
        recognised: Recognised,
        caller: Caller,
        body: Buffer,
        origin: &Origin,
        settings: &Arc<Settings>,
    ) -> (Answer, RequestNotes) {
        let principal = match &caller.identity {
            Some(identity) => Principal::Application(identity.clone()),
            None => Principal::User(self.owner(origin.peer.as_ref())),
        };
        let client = self.clients.account(&principal);
        let permit = match self.clients.admit(&client, body.len() as u64) {
            Ok(permit) => permit,
            Err(refusal) => return turned_away(&client, refusal),
        };
        if let Err(refusal) = origin.session.connect(&client) {
            return turned_away(&client, refusal);
        }
        let mut served = pin!(self.serve(recognised, caller, body, &client, origin, settings));
        tokio::select! {
            biased;
            done = &mut served => return done,
            () = origin.gone.cancelled() => {}
        }
        // The client's other requests are not limited by work that a device does not finish.
        drop(permit);
        origin.session.disconnect();
        served.await
    }

    /// Checks in the published order, after authentication.
    async fn serve(
        self: &Arc<Self>,
        recognised: Recognised,
        caller: Caller,
        body: Buffer,
        client: &Arc<ClientAccount>,
        origin: &Origin,
        settings: &Arc<Settings>,
    ) -> (Answer, RequestNotes) {
        if recognised.provider == ProviderId::Core {
            return self
                .serve_core(
                    recognised.opcode,
                    caller,
                    client,
                    body,
                    &origin.gone,
                    settings,
                )
                .await;
        }
        let position = self
            .instances
            .iter()
            .position(|instance| instance.id == recognised.provider);
        let Some(index) = position else {
            return refused(Refusal::of(Status::ProviderNotRegistered));
        };
        if recognised.opcode.served_by() == ServedBy::Core {
            return refused(Refusal::wrong_provider(recognised.opcode));
        }
        let work = dispatch::work(recognised.opcode, &body, settings.bounds.response);
        self.clients.charge(client, work.items);
        let server = Arc::clone(self);
        let session = Arc::clone(&origin.session);
        let number = client.scheduling_id();
        let client = Arc::clone(client);
        let settings = Arc::clone(settings);
        let job = move || {
            let instance = &server.instances[index];
            let noted = NoteTaker::default();
            let call = Call {
                opcode: recognised.opcode,
                caller: &caller,
                instance,
                store: &server.store,
                session: &session,
                bounds: settings.bounds,
                noted: &noted,
                client: &client,
                policy: &settings.policy,
            };
            (dispatch::crypto(&call, &body), noted.take())
        };
        let ran = self.workers[index]
            .run(number, work.lane, &origin.gone, in_span(job))
            .await;
        finished(ran, recognised.opcode)
    }

    async fn serve_core(
        &self,
        opcode: Opcode,
        caller: Caller,
        client: &ClientAccount,
        body: Buffer,
        gone: &CancellationToken,
        settings: &Settings,
    ) -> (Answer, RequestNotes) {
        if opcode.served_by() != ServedBy::Core {
            return refused(Refusal::wrong_provider(opcode));
        }
        if let Err(refusal) = caller.may_call(opcode) {
            return refused(refusal);
        }
        let core = Arc::clone(&self.core);
        let bounds = settings.bounds;
        let job = move || {
            let noted = NoteTaker::default();
            let call = CoreCall {
                opcode,
                caller: &caller,
                core: &*core,
                bounds,
                noted: &noted,
            };
            (dispatch::core(&call, &body), noted.take())
        };
        // Operations for anyone are answered from memory; the others read the key store.
        if opcode.caller() == CallerKind::Anyone {
            let answered = catch_unwind(AssertUnwindSafe(job));
            return finished(answered.map_err(|_| WorkError::Panicked), opcode);
        }
        let workers = match opcode.caller() {
            CallerKind::Administrator => &self.admin_workers,
            _ => &self.core_workers,
        };
        let lane = match opcode {
            Opcode::DeleteClient | Opcode::RevokeKey => Lane::Long,
            _ => Lane::Quick,
        };
        let ran = workers
            .run(client.scheduling_id(), lane, gone, in_span(job))
            .await;
        finished(ran, opcode)
    }
}

/// A caller that failed authentication, or exceeded the limits of its user before it.
struct Unauthenticated {
    refusal: Refusal,
    /// The user that the request was already counted against.
    counted: Option<Arc<ClientAccount>>,
}

/// Why a caller has no identity.
fn unidentified(auth_type: AuthType, peer: Option<&Peer>, status: Status) -> Refusal {
    let is_nobody = peer.is_some_and(|peer| peer.user().is_none());
    if auth_type != AuthType::UnixPeerCredentials
        || status != Status::AuthenticationError
        || !is_nobody
    {
        return Refusal::of(status);
    }
    Refusal::because(
        status,
        "the service runs in a user namespace in which this user has no id; the \
         operator must run the service outside, or map the user",
    )
}

type Answer = Result<Zeroizing<Vec<u8>>, Refusal>;

fn refused(refusal: Refusal) -> (Answer, RequestNotes) {
    (Err(refusal), RequestNotes::default())
}

/// The result for a request that was refused before it was read.
fn turned_away(client: &ClientAccount, refusal: Refusal) -> (Answer, RequestNotes) {
    let notes = if client.should_audit_refusal() {
        RequestNotes::default()
    } else {
        RequestNotes::unrecorded()
    };
    (Err(refusal), notes)
}

/// Recorded in the audit log only; the caller is gone.
fn abandoned() -> Refusal {
    Refusal::because(
        Status::ConnectionError,
        "the caller closed its connection before the operation began",
    )
}

/// Wraps a job so that it logs as part of its request.
fn in_span<T>(job: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let span = tracing::Span::current();
    move || span.in_scope(job)
}

/// Logs a refusal. Names of applications, and texts from a request, are logged only if the
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

fn finished(
    result: Result<(Answer, RequestNotes), WorkError>,
    opcode: Opcode,
) -> (Answer, RequestNotes) {
    match result {
        Ok(done) => done,
        Err(WorkError::Full) => refused(Refusal::busy()),
        Err(WorkError::Abandoned) => refused(abandoned()),
        Err(WorkError::Panicked) => {
            tracing::error!(opcode = opcode.name(), "a request panicked; this is a bug");
            refused(Refusal::of(Status::PsaErrorGenericError))
        }
    }
}
