//! An open stream: a PSA multi-part operation.

use std::time::Instant;

use parsec_contracts::{Opcode, Status};
use parsec_provider::{KeyId, Streaming};

use crate::limits::{ClientAccount, Permit};
use crate::refusal::Refusal;

/// An open stream, with its owner and provider, which may change from request to request.
pub(crate) struct OpenStream {
    pub(super) work: Box<dyn Streaming>,
    /// The operation that began the stream, which determines its direction.
    pub(super) begun_by: Opcode,
    pub(super) key_space: String,
    pub(super) used: Instant,
    /// The keys that it uses.
    pub(super) keys: Vec<KeyId>,
    pub(super) permits: [Permit; 2],
}

impl OpenStream {
    pub(super) fn is_of(&self, client: &ClientAccount) -> bool {
        self.permits[0].identity() == client.identity()
    }

    /// The computation.
    pub(crate) fn work(&mut self) -> &mut dyn Streaming {
        &mut *self.work
    }

    /// Returns the computation, to end it with `end`. A stream that must not end with this operation is
    /// dropped, as the PSA Crypto API does with an operation in an error state.
    pub(crate) fn into_work(self, end: Opcode) -> Result<Box<dyn Streaming>, Refusal> {
        if self.begun_by.may_end_with(end) {
            return Ok(self.work);
        }
        Err(Refusal::because(
            Status::PsaErrorBadState,
            format!(
                "{} cannot end a stream that {} began; the stream is closed",
                end.name(),
                self.begun_by.name()
            ),
        ))
    }
}
