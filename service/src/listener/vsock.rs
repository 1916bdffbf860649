//! vsock(7): clients in the guests of a hypervisor, or on the host of this one.

use std::io;

use tokio_vsock::{OwnedReadHalf, OwnedWriteHalf, VMADDR_CID_ANY, VsockAddr, VsockListener};

use super::transport::{Accepted, Transport};
use crate::error::ServiceError;

/// Listens on a port for clients on any other machine of this host.
pub(crate) fn bind(port: u32) -> Result<VsockListener, ServiceError> {
    VsockListener::bind(VsockAddr::new(VMADDR_CID_ANY, port)).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AddrInUse => "another program listens there; set another vsock_port",
            io::ErrorKind::PermissionDenied => "ports below 1024 are for root; set a higher one",
            _ => "load the kernel module vsock, or leave vsock_port out",
        };
        ServiceError::socket(format!("vsock port {port}"), format!("{error}; {why}"))
    })
}

impl Transport for VsockListener {
    type Input = OwnedReadHalf;
    type Output = OwnedWriteHalf;

    /// No kernel knows the users of another machine: such a client is nobody until it says who it
    /// is in a way that can be checked.
    async fn accept(&self) -> io::Result<Accepted<Self::Input, Self::Output>> {
        let (stream, address) = Self::accept(self).await?;
        tracing::debug!(cid = address.cid(), "a client on another machine connected");
        let (input, output) = stream.into_split();
        Ok(Accepted {
            input,
            output,
            peer: None,
        })
    }
}
