//! Sockets on the caller's tokio runtime.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout_at};

use super::{Transport, is_quiet, peer_user};

/// The delay between attempts to connect while the service's queue of connections is full.
const FULL_QUEUE_PAUSE: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub(crate) struct TokioTransport;

impl Transport for TokioTransport {
    type Connection = UnixStream;
    type Limiter = Semaphore;
    type Permit = OwnedSemaphorePermit;

    fn limiter(max_calls: usize) -> Semaphore {
        Semaphore::new(max_calls)
    }

    async fn acquire(
        limiter: Arc<Semaphore>,
        deadline: Instant,
    ) -> io::Result<OwnedSemaphorePermit> {
        within(deadline, async {
            // Nobody closes the semaphore.
            limiter.acquire_owned().await.map_err(io::Error::other)
        })
        .await
    }

    async fn connect(path: &Path, deadline: Instant) -> io::Result<UnixStream> {
        within(deadline, async {
            loop {
                match UnixStream::connect(path).await {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        sleep(FULL_QUEUE_PAUSE).await;
                    }
                    result => return result,
                }
            }
        })
        .await
    }

    fn is_quiet(connection: &UnixStream) -> bool {
        is_quiet(connection)
    }

    fn peer_user(connection: &UnixStream) -> io::Result<u32> {
        peer_user(connection)
    }

    fn disown(connection: UnixStream) {
        // Dropping would take the socket out of the epoll instance that the parent's runtime and
        // this process share. The descriptor stays open until this process ends.
        std::mem::forget(connection);
    }

    async fn write_all(
        connection: &mut UnixStream,
        bytes: &[u8],
        deadline: Instant,
    ) -> io::Result<()> {
        within(deadline, connection.write_all(bytes)).await
    }

    async fn read(
        connection: &mut UnixStream,
        buffer: &mut [u8],
        deadline: Instant,
    ) -> io::Result<usize> {
        within(deadline, connection.read(buffer)).await
    }
}

async fn within<T>(deadline: Instant, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout_at(deadline.into(), work)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}
