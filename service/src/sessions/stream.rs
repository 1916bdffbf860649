//! A stream.

use std::sync::Arc;
use std::time::Instant;

use parsec_provider::{KeyId, Streaming};

use crate::limits::{Client, Permit};

/// A stream, and whose it is: identities and providers may change from request to request.
pub(crate) struct Stream {
    pub(super) work: Box<dyn Streaming>,
    pub(super) key_space: String,
    pub(super) used: Instant,
    /// The keys that it works with.
    pub(super) keys: Vec<KeyId>,
    pub(super) permits: [Permit; 2],
}

impl Stream {
    pub(super) fn is_of(&self, client: &Arc<Client>) -> bool {
        self.permits[0].client().identity() == client.identity()
    }

    /// The computation.
    pub(crate) fn work(&mut self) -> &mut dyn Streaming {
        &mut *self.work
    }

    /// The computation, to end it.
    pub(crate) fn into_work(self) -> Box<dyn Streaming> {
        self.work
    }
}
