//! Transport of frames: connections, the pool of idle ones, and handling of lost connections.
//!
//! The logic is generic. The two transports only open, read and write a socket; the futures of the
//! blocking one are always ready.

mod asynchronous;
mod blocking;
mod channel;

use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use nix::sys::socket::getsockopt;
use nix::sys::socket::sockopt::PeerCredentials;
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

pub(crate) use self::asynchronous::TokioTransport;
pub(crate) use self::blocking::{BlockingTransport, now};
pub(crate) use self::channel::{Channel, RESPONSE_LIMIT, Request};

/// A kind of stream socket. Every future ends by `deadline` with [`io::ErrorKind::TimedOut`].
pub(crate) trait Transport: Send + Sync + 'static {
    /// One connection.
    type Connection: Send;

    /// Semaphore that bounds concurrent calls.
    type Limiter: Send + Sync;

    /// Permit of a call in flight.
    type Permit: Send;

    /// Creates a limiter for this number of concurrent calls.
    fn limiter(max_calls: usize) -> Self::Limiter;

    /// Waits for a permit.
    fn acquire(
        limiter: Arc<Self::Limiter>,
        deadline: Instant,
    ) -> impl Future<Output = io::Result<Self::Permit>> + Send;

    /// Opens a connection.
    fn connect(
        path: &Path,
        deadline: Instant,
    ) -> impl Future<Output = io::Result<Self::Connection>> + Send;

    /// Returns whether an idle connection is open and has no data to read.
    fn is_quiet(connection: &Self::Connection) -> bool;

    /// Returns the user that listens at the other end.
    fn peer_user(connection: &Self::Connection) -> io::Result<u32>;

    /// Releases a connection that a fork copied, without closing it for the parent.
    fn disown(connection: Self::Connection);

    /// Writes all of `bytes`.
    fn write_all(
        connection: &mut Self::Connection,
        bytes: &[u8],
        deadline: Instant,
    ) -> impl Future<Output = io::Result<()>> + Send;

    /// Reads at least one byte; 0 means that the peer closed the connection.
    fn read(
        connection: &mut Self::Connection,
        buffer: &mut [u8],
        deadline: Instant,
    ) -> impl Future<Output = io::Result<usize>> + Send;
}

/// Queries the socket itself, because the runtime's state may be older than the peer's close.
fn is_quiet(connection: impl AsFd) -> bool {
    matches!(
        recv(
            connection,
            &mut [0][..],
            RecvFlags::PEEK | RecvFlags::DONTWAIT
        ),
        Err(Errno::WOULDBLOCK)
    )
}

/// Returns the user that called listen(2) on the socket, as recorded by the kernel. Uses nix
/// because rustix rejects process ID 0, which a process of another PID namespace has.
fn peer_user(connection: impl AsFd) -> io::Result<u32> {
    Ok(getsockopt(&connection, PeerCredentials)?.uid())
}

/// Returns the time left until the deadline.
pub(crate) fn remaining(deadline: Instant) -> io::Result<std::time::Duration> {
    deadline
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
        .ok_or_else(|| io::ErrorKind::TimedOut.into())
}
