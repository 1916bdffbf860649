//! vsock(7): clients in virtual machines, or on the host of this virtual machine.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use tokio_vsock::{OwnedReadHalf, OwnedWriteHalf, VMADDR_CID_ANY, VsockAddr, VsockListener};

use super::transport::{Accepted, POLL_INTERVAL, Transport, WatchPeer, has_left};
use crate::error::ServiceError;

/// Listens on a port for clients in other machines of this host.
pub(crate) fn bind(port: u32) -> Result<VsockListener, ServiceError> {
    VsockListener::bind(VsockAddr::new(VMADDR_CID_ANY, port)).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AddrInUse => "another program listens there; set another vsock_port",
            io::ErrorKind::PermissionDenied => "ports below 1024 are for root; set a higher one",
            _ => "load the kernel module vsock, or remove vsock_port",
        };
        ServiceError::socket(format!("vsock port {port}"), format!("{error}; {why}"))
    })
}

impl Transport for VsockListener {
    type Input = OwnedReadHalf;
    type Writer = VsockWriter;

    /// The kernel does not know the users of another machine, so such a client is anonymous until it
    /// proves its identity.
    async fn accept(&self) -> io::Result<Accepted<Self::Input, Self::Writer>> {
        let (stream, address) = Self::accept(self).await?;
        tracing::debug!(cid = address.cid(), "a client on another machine connected");
        let socket = stream.as_fd().try_clone_to_owned()?;
        let (input, half) = stream.into_split();
        Ok(Accepted {
            input,
            output: VsockWriter { half, socket },
            peer: None,
        })
    }
}

/// The sending half, with the socket to poll, which the halves hide.
#[derive(Debug)]
pub(crate) struct VsockWriter {
    half: OwnedWriteHalf,
    socket: OwnedFd,
}

impl WatchPeer for VsockWriter {
    async fn left(&self) {
        while !has_left(&self.socket) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

impl AsyncWrite for VsockWriter {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.half).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.half).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.half).poll_shutdown(context)
    }
}
