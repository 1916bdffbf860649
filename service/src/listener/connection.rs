//! One connection: many requests in order, each with a deadline.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, PREFIX_LENGTH, RequestHeader};
use parsec_contracts::{Status, Zeroizing};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::timeout;

use super::input::Input;
use super::transport::Accepted;
use crate::authenticator::Peer;
use crate::server::{Request, Response, Server};
use crate::sessions::Session;

/// A sender whose frame was refused gets to read why, rather than a reset: this much of what it
/// still sends is read and forgotten, for at most this long.
const DRAIN_BYTES: usize = 2 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_millis(200);

/// How long a connection is not read whose client has exceeded a limit.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

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

impl<I: AsyncRead + Unpin, O: AsyncWrite + Unpin> Connection<I, O> {
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

    /// Serves requests until the client leaves, is too slow or breaks the protocol.
    pub(super) async fn serve(self) {
        let server = Arc::clone(&self.server);
        let session = server.open_session();
        self.serve_in(&session).await;
        server.close_session(session).await;
    }

    async fn serve_in(mut self, session: &Arc<Session>) {
        while self.next_begins().await {
            let answer = match timeout(self.server.terms().frame_timeout, self.read()).await {
                Ok(Ok(request)) => {
                    self.server
                        .answer(request, self.peer.as_ref(), session)
                        .await
                }
                Ok(Err(Broken::Refused(status))) => return self.refuse(status).await,
                Ok(Err(Broken::Gone)) => return,
                Err(_) => return self.refuse(Status::ConnectionError).await,
            };
            let pause = answer.pause;
            if !self.write(answer).await {
                return;
            }
            // Whoever asks too often is not even read meanwhile.
            if let Some(pause) = pause {
                tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
            }
        }
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
