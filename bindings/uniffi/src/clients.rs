//! A client for both kinds of calls.

use parsec_client::{Client, blocking};

use crate::convert::duration;

/// A client, async and blocking.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    asynchronous: Client,
    blocking: blocking::Client,
}

impl Clients {
    pub(crate) fn new(asynchronous: Client, blocking: blocking::Client) -> Self {
        Self {
            asynchronous,
            blocking,
        }
    }

    /// The async client, with the timeout of a call.
    pub(crate) fn asynchronous(&self, timeout_ms: Option<u32>) -> Client {
        match timeout_ms {
            Some(millis) => self.asynchronous.with_timeout(duration(millis)),
            None => self.asynchronous.clone(),
        }
    }

    /// The blocking client, with the timeout of a call.
    pub(crate) fn blocking(&self, timeout_ms: Option<u32>) -> blocking::Client {
        match timeout_ms {
            Some(millis) => self.blocking.with_timeout(duration(millis)),
            None => self.blocking.clone(),
        }
    }
}
