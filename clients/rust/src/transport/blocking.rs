//! Sockets of the standard library. Futures here never return `Pending`.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

use super::{Transport, is_quiet, peer_user, remaining};
use crate::interrupt;

#[derive(Debug)]
pub(crate) struct BlockingTransport;

impl Transport for BlockingTransport {
    type Connection = UnixStream;
    /// The number of threads bounds the number of calls.
    type Limiter = ();
    type Permit = ();

    fn limiter(_max_calls: usize) {}

    fn acquire(
        _limiter: Arc<()>,
        _deadline: Instant,
    ) -> impl Future<Output = io::Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    fn connect(
        path: &Path,
        deadline: Instant,
    ) -> impl Future<Output = io::Result<UnixStream>> + Send {
        std::future::ready(open(path, deadline))
    }

    fn is_quiet(connection: &UnixStream) -> bool {
        is_quiet(connection)
    }

    fn peer_user(connection: &UnixStream) -> io::Result<u32> {
        peer_user(connection)
    }

    fn disown(connection: UnixStream) {
        // Closes this process's descriptor; the parent has its own.
        drop(connection);
    }

    fn write_all(
        connection: &mut UnixStream,
        bytes: &[u8],
        deadline: Instant,
    ) -> impl Future<Output = io::Result<()>> + Send {
        std::future::ready(write(connection, bytes, deadline))
    }

    fn read(
        connection: &mut UnixStream,
        buffer: &mut [u8],
        deadline: Instant,
    ) -> impl Future<Output = io::Result<usize>> + Send {
        std::future::ready(read(connection, buffer, deadline))
    }
}

/// Runs a future of the core on this transport, which is always ready.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the blocking transport does not wait"),
    }
}

fn open(path: &Path, deadline: Instant) -> io::Result<UnixStream> {
    // The standard library's connect would wait forever if the queue of connections is full. The
    // send timeout also bounds connecting.
    let address = SocketAddrUnix::new(path)?;
    let socket = socket_with(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    loop {
        set_socket_timeout(&socket, Timeout::Send, Some(next_wait(deadline)?))?;
        match connect(&socket, &address).map_err(io::Error::from) {
            Err(error) if is_pause(&error) => interrupt::check()?,
            result => return result.map(|()| socket.into()),
        }
    }
}

fn write(connection: &mut UnixStream, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
    while !bytes.is_empty() {
        connection.set_write_timeout(Some(next_wait(deadline)?))?;
        match connection.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if is_pause(&error) => interrupt::check()?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn read(connection: &mut UnixStream, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
    loop {
        connection.set_read_timeout(Some(next_wait(deadline)?))?;
        match connection.read(buffer) {
            Err(error) if is_pause(&error) => interrupt::check()?,
            result => return result,
        }
    }
}

/// Returns how long to wait for the socket before the deadline and the interruption are checked.
fn next_wait(deadline: Instant) -> io::Result<Duration> {
    let left = remaining(deadline)?;
    Ok(match interrupt::is_checked() {
        true => left.min(interrupt::INTERVAL),
        false => left,
    })
}

/// Whether a wait ended without a result: by the socket's timeout, which is `WouldBlock`, or by a
/// signal.
fn is_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}
