//! A stream.

use std::time::Instant;

use parsec_contracts::{Opcode, Status};
use parsec_provider::{KeyId, Streaming};

use crate::limits::{ClientAccount, Permit};
use crate::refusal::Refusal;

/// A stream, and whose it is: identities and providers may change from request to request.
pub(crate) struct OpenStream {
    pub(super) work: Box<dyn Streaming>,
    /// The operation that began it, which gives it its direction.
    pub(super) begun_by: Opcode,
    pub(super) key_space: String,
    pub(super) used: Instant,
    /// The keys that it works with.
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

    /// The computation, to end it with `end`. A stream that must not end so is dropped, as the PSA
    /// Crypto API does with an operation in an error state.
    pub(crate) fn into_work(self, end: Opcode) -> Result<Box<dyn Streaming>, Refusal> {
        if self.begun_by.may_end_with(end) {
            return Ok(self.work);
        }
        Err(Refusal::because(
            Status::PsaErrorBadState,
            format!(
                "{} cannot end a stream that {} began; the stream is gone",
                end.name(),
                self.begun_by.name()
            ),
        ))
    }
}
