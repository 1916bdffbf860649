//! One connection: any number of requests in order, each with a deadline.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, PREFIX_LENGTH, RequestHeader, ResponseHeader};
use parsec_contracts::{Status, Zeroizing};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::input::Input;
use super::transport::{Accepted, WatchPeer};
use crate::admission::{Activity, Slot};
use crate::authenticator::Peer;
use crate::buffer::LARGE;
use crate::limits::{BufferReservation, ClientAccount};
use crate::refusal::Refusal;
use crate::server::{Origin, Request, Response, Server};
use crate::sessions::Session;

/// A sender whose frame was refused can read the reason, instead of getting a reset: up to this much of
/// its remaining data is read and discarded, for at most this long.
const DRAIN_BYTES: usize = 2 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_millis(200);

/// The longest pause in reading from a client that has exceeded a limit.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// How long the service waits at shutdown for requests whose client has disconnected.
const ABANDONED_TIME: Duration = Duration::from_millis(500);

/// The future of a response.
type PendingResponse = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A client's connection.
pub(super) struct ClientConnection<I, O> {
    input: Input<I>,
    output: O,
    peer: Option<Peer>,
    server: Arc<Server>,
    stop: watch::Receiver<bool>,
    /// Selects how long the connection may be idle.
    idle_policy: IdlePolicy,
}

/// How long a connection may be idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IdlePolicy {
    /// It has sent no request yet.
    New,
    /// It uses no extensions. Such a client may read to the end of the connection, and few send a
    /// second request on it.
    Published,
    /// It has set the flag for extensions, and keeps its connections.
    Extended,
}

impl IdlePolicy {
    fn after(self, header: &RequestHeader) -> Self {
        if self == Self::Extended || header.wants_extensions() {
            Self::Extended
        } else {
            Self::Published
        }
    }
}

/// Why a request was not read.
enum ReadError {
    /// The connection sends this response and closes.
    Refused(Box<Response>),
    /// The client has disconnected.
    Gone,
}

impl ReadError {
    fn because(status: Status) -> Self {
        Self::Refused(Box::new(Response::bare(status)))
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // The client may have closed only its sending half.
            io::ErrorKind::UnexpectedEof => Self::because(Status::ConnectionError),
            _ => Self::Gone,
        }
    }
}

impl<I: AsyncRead + Unpin, O: AsyncWrite + WatchPeer + Unpin> ClientConnection<I, O> {
    pub(super) fn new(
        accepted: Accepted<I, O>,
        server: Arc<Server>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self {
            input: Input::new(accepted.input),
            output: accepted.output,
            peer: accepted.peer,
            server,
            stop,
            idle_policy: IdlePolicy::New,
        }
    }

    /// Serves requests until the client disconnects, is too slow or violates the protocol, or until the
    /// slot is given to another connection. The slot and the connection's count are released when the
    /// client has disconnected, even if a device is still busy with its last request.
    pub(super) async fn serve(self, slot: Slot, counted: impl Send) {
        let server = Arc::clone(&self.server);
        let session = server.open_session();
        let mut stop = self.stop.clone();
        let abandoned = self.serve_in(&session, &slot).await;
        drop((slot, counted));
        if let Some(answering) = abandoned {
            let stopped = async {
                let _ = stop.wait_for(|stop| *stop).await;
                sleep(ABANDONED_TIME).await;
            };
            tokio::select! {
                _ = answering => {}
                () = stopped => {}
            }
        }
        server.close_session(session).await;
    }

    /// Returns the future of a request whose client has disconnected.
    async fn serve_in(mut self, session: &Arc<Session>, slot: &Slot) -> Option<PendingResponse> {
        let user = self.server.user(self.peer.as_ref());
        while self.wait_for_request(session, slot).await && slot.note(Activity::Transferring) {
            let read = tokio::select! {
                read = self.read(&user) => read,
                () = slot.evicted() => Err(ReadError::because(Status::Busy.fallback())),
            };
            let request = match read {
                Ok(request) => request,
                Err(ReadError::Refused(response)) => {
                    self.refuse(*response).await;
                    return None;
                }
                Err(ReadError::Gone) => return None,
            };
            self.idle_policy = self.idle_policy.after(&request.header);
            slot.note(Activity::Working);
            let origin = Origin {
                peer: self.peer.clone(),
                session: Arc::clone(session),
                gone: CancellationToken::new(),
            };
            let response = match answer(&self.server, &self.output, request, origin).await {
                Ok(response) => response,
                Err(answering) => return Some(answering),
            };
            let pause = response.pause;
            slot.note(Activity::Transferring);
            let written = tokio::select! {
                written = self.write(response) => written,
                () = slot.evicted() => false,
            };
            if !written {
                return None;
            }
            // A client that exceeded a limit is not read meanwhile.
            if let Some(pause) = pause {
                sleep(pause.min(LONGEST_PAUSE)).await;
            }
        }
        None
    }

    /// Responds to a client without a slot that the service is busy.
    pub(super) async fn turn_away(self) {
        self.refuse(Response::bare(Status::Busy.fallback())).await;
    }

    /// Waits for the first byte of a request; `false` if the connection ends instead.
    async fn wait_for_request(&mut self, session: &Session, slot: &Slot) -> bool {
        let holds = session.has_streams() || session.holds_keys();
        let settings = self.server.connection_settings();
        let idle_timeout = match self.idle_policy {
            IdlePolicy::Published if !holds => settings.close_after.min(settings.idle_timeout),
            _ => settings.idle_timeout,
        };
        let activity = if holds {
            Activity::Holding
        } else {
            Activity::Idle
        };
        if !slot.note(activity) {
            return false;
        }
        tokio::select! {
            begun = timeout(idle_timeout, self.input.wait()) => {
                matches!(begun, Ok(Ok(true)))
            }
            () = slot.evicted() => false,
            _ = self.stop.wait_for(|stop| *stop) => false,
        }
    }

    /// Reads a request before the deadline of a frame.
    async fn read(&mut self, user: &Arc<ClientAccount>) -> Result<Request, ReadError> {
        let deadline = Instant::now() + self.server.connection_settings().frame_timeout;
        let late = |_| ReadError::because(Status::ConnectionError);
        let header = timeout_at(deadline, self.read_header())
            .await
            .map_err(late)??;
        let Ok(buffer) = timeout_at(deadline, reserve_buffer(&header, user)).await else {
            return Err(buffers_full(&header, user));
        };
        let body = self.input.take(header.body_length as usize);
        let body = timeout_at(deadline, body).await.map_err(late)??;
        let auth = self.input.take(header.auth_length.into());
        let auth = timeout_at(deadline, auth).await.map_err(late)??;
        Ok(Request {
            header,
            body,
            auth,
            buffer,
        })
    }

    async fn read_header(&mut self) -> Result<RequestHeader, ReadError> {
        let mut header = [0; FIXED_HEADER_LENGTH];
        let (prefix, rest) = header.split_at_mut(PREFIX_LENGTH);
        self.input.fill(prefix).await?;
        let mut checked = [0; PREFIX_LENGTH];
        checked.copy_from_slice(prefix);
        RequestHeader::check_prefix(&checked).map_err(ReadError::because)?;
        self.input.fill(rest).await?;
        RequestHeader::decode(&header, self.server.connection_settings().body_limit)
            .map_err(ReadError::because)
    }

    async fn write(&mut self, response: Response) -> bool {
        let Response {
            header,
            body,
            buffer,
            ..
        } = response;
        let frame_timeout = self.server.connection_settings().frame_timeout;
        let written = timeout(frame_timeout, send(&mut self.output, &header, &body)).await;
        drop((body, buffer));
        matches!(written, Ok(Ok(())))
    }

    async fn refuse(mut self, response: Response) {
        if self.write(response).await && self.output.shutdown().await.is_ok() {
            // The client closes, or sends too much, or takes too long: the result is the same.
            let _ = timeout(DRAIN_TIME, self.input.drain(DRAIN_BYTES)).await;
        }
    }
}

/// Answers a request; if the client disconnects meanwhile, returns the future of the remaining work,
/// which ends as soon as it can be interrupted.
async fn answer(
    server: &Arc<Server>,
    client: &impl WatchPeer,
    request: Request,
    origin: Origin,
) -> Result<Response, PendingResponse> {
    let gone = origin.gone.clone();
    let mut answering: PendingResponse = Box::pin(Arc::clone(server).answer(request, origin));
    tokio::select! {
        biased;
        response = &mut answering => return Ok(response),
        () = client.left() => {}
    }
    gone.cancel();
    Err(answering)
}

fn length(header: &RequestHeader) -> u64 {
    u64::from(header.body_length) + u64::from(header.auth_length)
}

/// The response if the user's connections held too many bytes until the deadline of the frame.
fn buffers_full(header: &RequestHeader, user: &Arc<ClientAccount>) -> ReadError {
    let refusal = match BufferReservation::empty(user).grow(length(header)) {
        Err(refusal) => refusal,
        // Memory became free just after the deadline.
        Ok(()) => Refusal::of(Status::TooManyRequests),
    };
    ReadError::Refused(Box::new(Response::refusing(header, refusal)))
}

/// Waits until the user's connections may buffer the request as well.
async fn reserve_buffer(header: &RequestHeader, user: &Arc<ClientAccount>) -> BufferReservation {
    let mut buffer = BufferReservation::empty(user);
    buffer.grow_when_possible(length(header)).await;
    buffer
}

async fn send(
    output: &mut (impl AsyncWrite + Unpin),
    header: &ResponseHeader,
    body: &[u8],
) -> io::Result<()> {
    let header = header.encode();
    if body.len() >= LARGE {
        output.write_all(&header).await?;
        return output.write_all(body).await;
    }
    // One write, so that the client mostly needs one read.
    let mut frame = Zeroizing::new(Vec::with_capacity(header.len() + body.len()));
    frame.extend_from_slice(&header);
    frame.extend_from_slice(body);
    output.write_all(&frame).await
}
