//! The ways in which clients reach the service.

use std::future::Future;
use std::io;
use std::os::fd::{AsFd, AsRawFd as _};
use std::time::Duration;

use nix::sys::socket::{MsgFlags, send};
use tokio::io::{AsyncRead, AsyncWrite, Interest};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};

use crate::authenticator::Peer;

/// A way in which clients reach the service: everything behind it is the same for all.
pub(crate) trait Transport: Send + Sync + 'static {
    /// What a client sends.
    type Input: AsyncRead + Send + Unpin + 'static;
    /// What a client is sent. Shutting it down ends the connection in this direction alone.
    type Writer: AsyncWrite + WatchPeer + Send + Sync + Unpin + 'static;

    /// Waits for the next client.
    fn accept(
        &self,
    ) -> impl Future<Output = io::Result<Accepted<Self::Input, Self::Writer>>> + Send;
}

/// Notices when a client leaves while nothing is read from it.
pub(crate) trait WatchPeer {
    /// Waits until the client has closed its end as a whole. One that has closed its sending half
    /// alone still waits for a response.
    fn left(&self) -> impl Future<Output = ()> + Send;
}

/// How often a client is looked for where the kernel tells of nothing.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(250);

impl WatchPeer for OwnedWriteHalf {
    async fn left(&self) {
        let stream: &UnixStream = self.as_ref();
        // Ready when the client's sending half is closed; its requests stay unread.
        if stream.ready(Interest::PRIORITY).await.is_err() {
            return;
        }
        while !has_left(stream) {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// Whether nothing can be sent to the other end any more: tried with no bytes.
pub(super) fn has_left(socket: &impl AsFd) -> bool {
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
    let sent = send(socket.as_fd().as_raw_fd(), &[], flags);
    matches!(sent, Err(error) if error != nix::errno::Errno::EAGAIN)
}

/// A client that has connected.
#[derive(Debug)]
pub(crate) struct Accepted<I, O> {
    pub(crate) input: I,
    pub(crate) output: O,
    /// Who the kernel says is there; `None` where it cannot know.
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
