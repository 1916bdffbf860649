//! Requests and responses, as connections read and write them.

use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::Status;
use parsec_contracts::frame::{RequestHeader, ResponseHeader};
use tokio_util::sync::CancellationToken;

use crate::authenticator::Peer;
use crate::buffer::Buffer;
use crate::limits::BufferReservation;
use crate::refusal::Refusal;
use crate::sessions::Session;

/// A request.
pub(crate) struct Request {
    pub(crate) header: RequestHeader,
    pub(crate) body: Buffer,
    pub(crate) auth: Buffer,
    /// The memory of the request, and later of the response.
    pub(crate) buffer: BufferReservation,
}

/// The connection that a request came from.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) peer: Option<Peer>,
    pub(crate) session: Arc<Session>,
    /// Cancelled when the client has disconnected and no longer waits for the response.
    pub(crate) gone: CancellationToken,
}

/// The response.
pub(crate) struct Response {
    pub(crate) header: ResponseHeader,
    pub(crate) body: Buffer,
    /// How long to pause reading from the client, which has exceeded a limit.
    pub(crate) pause: Option<Duration>,
    /// The memory of the body.
    pub(crate) buffer: Option<BufferReservation>,
}

impl Response {
    /// A response without a body, to a request that could not be parsed.
    pub(crate) fn bare(status: Status) -> Self {
        Self {
            header: ResponseHeader::bare(status),
            body: Buffer::default(),
            pause: None,
            buffer: None,
        }
    }

    /// The refusal of a request whose body was not read.
    pub(crate) fn refusing(header: &RequestHeader, refusal: Refusal) -> Self {
        let (status, body) = refusal.response(header.wants_extensions());
        Self {
            header: ResponseHeader::reply_to(header, status, body_length(&body)),
            body: body.into(),
            ..Self::bare(status)
        }
    }
}

pub(super) fn body_length(body: &[u8]) -> u32 {
    u32::try_from(body.len()).unwrap_or(u32::MAX)
}
