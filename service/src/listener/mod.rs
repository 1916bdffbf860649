//! Accepts connections on every transport, and serves each in its own task.

mod activation;
mod connection;
mod input;
mod socket;
mod transport;
mod vsock;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::admission::{Admission, Admitted};
use crate::server::Server;
use connection::ClientConnection;
pub(crate) use socket::{Socket, bind, bind_path, is_at as socket_is_at};
use transport::Transport;
pub(crate) use vsock::bind as bind_vsock;

/// How long to wait after the process ran out of file descriptors or memory.
const BACK_OFF: Duration = Duration::from_millis(50);
/// Minimum interval between repeated log lines.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Accepts connections until `stop` is true, and then waits for running requests.
pub(crate) async fn run<T: Transport>(
    transport: T,
    server: Arc<Server>,
    admission: Arc<Admission>,
    mut stop: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let mut failing = LogThrottle::default();
    let mut crowded = LogThrottle::default();
    loop {
        let accepted = tokio::select! {
            accepted = transport.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let accepted = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if failing.should_log() {
                    tracing::error!(%error, "a connection cannot be accepted; retrying");
                }
                tokio::time::sleep(BACK_OFF).await;
                continue;
            }
        };
        let uid = accepted.peer.as_ref().map(|peer| peer.uid);
        let admitted = admission.admit(server.owner(accepted.peer.as_ref()));
        match admitted {
            Admitted::Served(_) => {}
            Admitted::ServedByEviction(_) => {
                if crowded.should_log() {
                    tracing::warn!(
                        uid,
                        "too many connections; closing idle ones of the user with the most"
                    );
                }
            }
            Admitted::TurnedAway(_) | Admitted::Dropped => {
                server.metrics().turned_away();
                if crowded.should_log() {
                    tracing::warn!(
                        uid,
                        "too many connections, or too many of one user; refusing new ones"
                    );
                }
            }
        }
        let connection = || ClientConnection::new(accepted, Arc::clone(&server), stop.clone());
        match admitted {
            Admitted::Served(slot) | Admitted::ServedByEviction(slot) => {
                let connection = connection();
                let counted = server.metrics().connected();
                connections.spawn(connection.serve(slot, counted));
            }
            Admitted::TurnedAway(slot) => {
                let connection = connection();
                connections.spawn(async move {
                    connection.turn_away().await;
                    drop(slot);
                });
            }
            Admitted::Dropped => {}
        }
    }
    drop(transport);
    let all_done = async { while connections.join_next().await.is_some() {} };
    let deadline = server.connection_settings().drain_timeout;
    if tokio::time::timeout(deadline, all_done).await.is_err() {
        tracing::warn!(
            ?deadline,
            "requests were still running when the service stopped"
        );
    }
}

/// Limits how often one message is logged.
#[derive(Debug, Default)]
struct LogThrottle {
    last: Option<Instant>,
}

impl LogThrottle {
    fn should_log(&mut self) -> bool {
        let due = self.last.is_none_or(|last| last.elapsed() >= LOG_INTERVAL);
        if due {
            self.last = Some(Instant::now());
        }
        due
    }
}
