//! The ways in which clients reach the service.

use std::future::Future;
use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixListener;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use crate::authenticator::Peer;

/// A way in which clients reach the service: everything behind it is the same for all.
pub(crate) trait Transport: Send + Sync + 'static {
    /// What a client sends.
    type Input: AsyncRead + Send + Unpin + 'static;
    /// What a client is sent. Shutting it down ends the connection in this direction alone.
    type Output: AsyncWrite + Send + Unpin + 'static;

    /// Waits for the next client.
    fn accept(
        &self,
    ) -> impl Future<Output = io::Result<Accepted<Self::Input, Self::Output>>> + Send;
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
    type Output = OwnedWriteHalf;

    async fn accept(&self) -> io::Result<Accepted<Self::Input, Self::Output>> {
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
