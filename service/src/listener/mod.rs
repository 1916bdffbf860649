//! The Unix socket: accepting connections, and serving each in a task of its own.

mod connection;
mod input;
mod socket;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};

use crate::authenticator::Peer;
use crate::server::Server;
use connection::Connection;
pub(crate) use socket::bind;

/// How a connection is treated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// For a frame that has begun to arrive, and for an answer to be taken.
    pub(crate) frame_timeout: Duration,
    /// For the next frame to begin.
    pub(crate) idle_timeout: Duration,
    /// Bytes of a body.
    pub(crate) body_limit: u32,
    /// Connections at once.
    pub(crate) max_connections: usize,
}

/// How long requests that are running may take when the service stops.
const DRAIN: Duration = Duration::from_secs(10);
/// How long to wait when the process has run out of file descriptors.
const BACK_OFF: Duration = Duration::from_millis(50);

/// Accepts connections until `stop` says so, and then waits for those at work.
pub(crate) async fn run(
    listener: UnixListener,
    server: Arc<Server>,
    terms: Terms,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(terms.max_connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, _)) => serve(stream, &server, terms, &places, &stop),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BACK_OFF).await;
            }
        }
    }
    drop(listener);
    let all = u32::try_from(terms.max_connections).unwrap_or(u32::MAX);
    if tokio::time::timeout(DRAIN, places.acquire_many(all))
        .await
        .is_err()
    {
        tracing::warn!("requests were still running when the service stopped");
    }
}

fn serve(
    stream: UnixStream,
    server: &Arc<Server>,
    terms: Terms,
    places: &Arc<Semaphore>,
    stop: &watch::Receiver<bool>,
) {
    let peer = stream.peer_cred().ok().map(|credentials| Peer {
        uid: credentials.uid(),
    });
    let connection = Connection::new(stream, peer, Arc::clone(server), terms, stop.clone());
    match Arc::clone(places).try_acquire_owned() {
        Ok(place) => {
            tokio::spawn(async move {
                connection.serve().await;
                drop(place);
            });
        }
        Err(_) => {
            tracing::warn!(limit = terms.max_connections, "too many connections");
            tokio::spawn(connection.turn_away());
        }
    }
}
