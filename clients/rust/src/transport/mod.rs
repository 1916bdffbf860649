//! Moving frames: connections, the pool of idle ones, and what a lost connection means.
//!
//! The logic stands here once. The two transports only open, read and write a socket; the
//! blocking one does so in futures that are always ready.

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

    /// Where calls wait while as many as may are under way.
    type Limiter: Send + Sync;

    /// What a call has while it is under way.
    type Permit: Send;

    /// A limiter of that many calls at once.
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

    /// Whether a connection that should be quiet is: open, and nothing there to be read.
    fn is_quiet(connection: &Self::Connection) -> bool;

    /// The user that listens at the other end.
    fn peer_user(connection: &Self::Connection) -> io::Result<u32>;

    /// Lets go of a connection that a fork copied: the parent goes on using it.
    fn disown(connection: Self::Connection);

    /// Writes all of `bytes`.
    fn write_all(
        connection: &mut Self::Connection,
        bytes: &[u8],
        deadline: Instant,
    ) -> impl Future<Output = io::Result<()>> + Send;

    /// Reads what is there, at least one byte; 0 says that the peer has closed.
    fn read(
        connection: &mut Self::Connection,
        buffer: &mut [u8],
        deadline: Instant,
    ) -> impl Future<Output = io::Result<usize>> + Send;
}

/// Asks the socket itself: what a runtime remembers of it may be older than the peer's closing.
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

/// The user that called listen(2) on the socket, as the kernel has noted it. By nix: rustix takes no
/// process ID 0, which a process of another PID namespace has.
fn peer_user(connection: impl AsFd) -> io::Result<u32> {
    Ok(getsockopt(&connection, PeerCredentials)?.uid())
}

/// What is left until the deadline, for calls that take a duration.
pub(crate) fn remaining(deadline: Instant) -> io::Result<std::time::Duration> {
    deadline
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
        .ok_or_else(|| io::ErrorKind::TimedOut.into())
}
