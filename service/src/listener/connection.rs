//! One connection: many requests in order, each with a deadline.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, PREFIX_LENGTH, RequestHeader};
use parsec_contracts::{Status, Zeroizing};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::input::Input;
use super::transport::{Accepted, WatchPeer};
use crate::authenticator::Peer;
use crate::server::{Origin, Request, Response, Server};
use crate::sessions::Session;

/// A sender whose frame was refused gets to read why, rather than a reset: this much of what it
/// still sends is read and forgotten, for at most this long.
const DRAIN_BYTES: usize = 2 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_millis(200);

/// How long a connection is not read whose client has exceeded a limit.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// How long a stopping service waits for work whose client has left.
const ABANDONED_TIME: Duration = Duration::from_millis(500);

/// The work on a request.
type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A client's connection.
pub(super) struct Connection<I, O> {
    input: Input<I>,
    output: O,
    peer: Option<Peer>,
    server: Arc<Server>,
    stop: watch::Receiver<bool>,
}

/// Why a frame was not read.
enum Broken {
    /// It is answered, and then the connection ends.
    Refused(Status),
    /// Nobody is there to be answered.
    Gone,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // The sender may have closed its sending half alone.
            io::ErrorKind::UnexpectedEof => Self::Refused(Status::ConnectionError),
            _ => Self::Gone,
        }
    }
}

impl<I: AsyncRead + Unpin, O: AsyncWrite + WatchPeer + Unpin> Connection<I, O> {
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
        }
    }

    /// Serves requests until the client leaves, is too slow or breaks the protocol. `slot` is
    /// released when it has left, even if a device keeps its last request running.
    pub(super) async fn serve(self, slot: impl Send) {
        let server = Arc::clone(&self.server);
        let session = server.open_session();
        let mut stop = self.stop.clone();
        let abandoned = self.serve_in(&session).await;
        drop(slot);
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

    /// Returns the work on a request whose client has left.
    async fn serve_in(mut self, session: &Arc<Session>) -> Option<Answering> {
        while self.next_begins().await {
            let request = match timeout(self.server.terms().frame_timeout, self.read()).await {
                Ok(Ok(request)) => request,
                Ok(Err(Broken::Refused(status))) => {
                    self.refuse(status).await;
                    return None;
                }
                Ok(Err(Broken::Gone)) => return None,
                Err(_) => {
                    self.refuse(Status::ConnectionError).await;
                    return None;
                }
            };
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
            if !self.write(response).await {
                return None;
            }
            // Whoever asks too often is not even read meanwhile.
            if let Some(pause) = pause {
                sleep(pause.min(LONGEST_PAUSE)).await;
            }
        }
        None
    }

    /// Tells a client for which there is no place that the service is busy.
    pub(super) async fn turn_away(self) {
        self.refuse(Status::Busy.fallback()).await;
    }

    /// Waits for the first byte of a request; `false` if there will be none.
    async fn next_begins(&mut self) -> bool {
        let idle_timeout = self.server.terms().idle_timeout;
        tokio::select! {
            begun = timeout(idle_timeout, self.input.wait()) => {
                matches!(begun, Ok(Ok(true)))
            }
            _ = self.stop.wait_for(|stop| *stop) => false,
        }
    }

    async fn read(&mut self) -> Result<Request, Broken> {
        let mut header = [0; FIXED_HEADER_LENGTH];
        let (prefix, rest) = header.split_at_mut(PREFIX_LENGTH);
        self.input.fill(prefix).await?;
        let mut checked = [0; PREFIX_LENGTH];
        checked.copy_from_slice(prefix);
        RequestHeader::check_prefix(&checked).map_err(Broken::Refused)?;
        self.input.fill(rest).await?;
        let header = RequestHeader::decode(&header, self.server.terms().body_limit)
            .map_err(Broken::Refused)?;
        let body = self.input.take(header.body_length as usize).await?;
        let auth = self.input.take(header.auth_length.into()).await?;
        Ok(Request { header, body, auth })
    }

    async fn write(&mut self, response: Response) -> bool {
        let mut frame = Zeroizing::new(Vec::with_capacity(
            FIXED_HEADER_LENGTH + response.body.len(),
        ));
        frame.extend_from_slice(&response.header.encode());
        frame.extend_from_slice(&response.body);
        let written = timeout(
            self.server.terms().frame_timeout,
            self.output.write_all(&frame),
        )
        .await;
        matches!(written, Ok(Ok(())))
    }

    async fn refuse(mut self, status: Status) {
        if self.write(Response::bare(status)).await && self.output.shutdown().await.is_ok() {
            // Whether it ends by itself, by the limit or by the clock makes no difference.
            let _ = timeout(DRAIN_TIME, self.input.drain(DRAIN_BYTES)).await;
        }
    }
}

/// Answers a request; if the client leaves meanwhile, returns the rest of the work, which ends as
/// soon as it can be interrupted.
async fn answer(
    server: &Arc<Server>,
    client: &impl WatchPeer,
    request: Request,
    origin: Origin,
) -> Result<Response, Answering> {
    let gone = origin.gone.clone();
    let mut answering: Answering = Box::pin(Arc::clone(server).answer(request, origin));
    tokio::select! {
        biased;
        response = &mut answering => return Ok(response),
        () = client.left() => {}
    }
    gone.cancel();
    Err(answering)
}
