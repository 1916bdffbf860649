//! Transports: how clients reach the service.

use std::future::Future;
use std::io;
use std::os::fd::{AsFd, AsRawFd as _};
use std::time::Duration;

use nix::sys::socket::{MsgFlags, send};
use tokio::io::{AsyncRead, AsyncWrite, Interest};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};

use crate::authenticator::Peer;

/// A way in which clients reach the service; everything above is the same for all.
pub(crate) trait Transport: Send + Sync + 'static {
    /// The data from a client.
    type Input: AsyncRead + Send + Unpin + 'static;
    /// The data to a client. Shutting it down ends the connection in this direction only.
    type Writer: AsyncWrite + WatchPeer + Send + Sync + Unpin + 'static;

    /// Waits for the next client.
    fn accept(
        &self,
    ) -> impl Future<Output = io::Result<Accepted<Self::Input, Self::Writer>>> + Send;
}

/// Detects that a client has disconnected while nothing is read from it.
pub(crate) trait WatchPeer {
    /// Waits until the client has closed both directions. A client that has closed only its sending half
    /// still waits for a response.
    fn left(&self) -> impl Future<Output = ()> + Send;
}

/// Poll interval for kernels that do not report a disconnect.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(250);

impl WatchPeer for OwnedWriteHalf {
    async fn left(&self) {
        let stream: &UnixStream = self.as_ref();
        // Ready when the client's sending half is closed; unread requests stay unread.
        if stream.ready(Interest::PRIORITY).await.is_err() {
            return;
        }
        while !has_left(stream) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

/// Whether the peer has closed its receiving half, tested by sending no bytes.
pub(super) fn has_left(socket: &impl AsFd) -> bool {
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
    let sent = send(socket.as_fd().as_raw_fd(), &[], flags);
    matches!(sent, Err(error) if error != nix::errno::Errno::EAGAIN)
}

/// An accepted connection.
#[derive(Debug)]
pub(crate) struct Accepted<I, O> {
    pub(crate) input: I,
    pub(crate) output: O,
    /// The peer's credentials from the kernel; `None` if the transport has none.
    pub(crate) peer: Option<Peer>,
}

impl Transport for UnixListener {
    type Input = OwnedReadHalf;
    type Writer = OwnedWriteHalf;

    async fn accept(&self) -> io::Result<Accepted<Self::Input, Self::Writer>> {
        let (stream, _) = Self::accept(self).await?;
        let peer = Peer::of(&stream);
        let (input, output) = stream.into_split();
        Ok(Accepted {
            input,
            output,
            peer,
        })
    }
}
