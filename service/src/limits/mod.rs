//! What each client may have, and all of them together: who exceeds it is told so, and nobody
//! else notices.

mod clients;
mod permit;
mod rate;
mod room;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use parsec_contracts::Status;

use crate::config::LimitsConfig;
use crate::identity::Identity;
use crate::refusal::Refusal;
pub(crate) use clients::{Client, Clients, Usage};
pub(crate) use permit::Permit;
use permit::Resource;
pub(crate) use room::Room;

/// Whom a request is counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// An application.
    Application(Identity),
    /// A user who does not say for which application it calls, or one whom the kernel does not
    /// name.
    User(Option<u32>),
}

/// So much of each, `None` where there is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once.
    pub connections: Option<u64>,
    /// Requests that wait or are worked on at once.
    pub requests_in_flight: Option<u64>,
    /// Requests in a second; as many may come at once after a quiet second.
    pub requests_per_second: Option<u64>,
    /// Keys in the store.
    pub keys: Option<u64>,
    /// Bytes of a request's body.
    pub request_bytes: Option<u64>,
    /// Streams that are open at once.
    pub streams: Option<u64>,
    /// Bytes of memory for streams: their states, and the pieces that are worked on.
    pub stream_bytes: Option<u64>,
    /// Bytes of requests that are received or in flight, and of responses that are not taken yet.
    pub buffered_bytes: Option<u64>,
}

impl Limits {
    fn of(&self, what: Resource) -> Option<u64> {
        match what {
            Resource::Connections => self.connections,
            Resource::Requests => self.requests_in_flight,
            Resource::NewKeys => self.keys,
            Resource::Streams => self.streams,
            Resource::StreamBytes => self.stream_bytes,
            Resource::BufferedBytes => self.buffered_bytes,
        }
    }
}

/// The limits that the configuration sets.
#[derive(Debug)]
pub(crate) struct LimitRules {
    each: Limits,
    total: Limits,
    exceptions: HashMap<Identity, Limits>,
}

impl LimitRules {
    /// Takes them from the configuration.
    pub(crate) fn new(config: &LimitsConfig) -> Self {
        let exceptions = config.exceptions.iter().map(|exception| {
            let identity = Identity {
                auth: exception.auth_type,
                name: exception.client.clone(),
            };
            (identity, exception.limits)
        });
        Self {
            each: config.each,
            total: config.total,
            exceptions: exceptions.collect(),
        }
    }

    /// What holds for one client.
    pub(crate) fn of(&self, who: &Who) -> &Limits {
        match who {
            Who::Application(identity) => self.exceptions.get(identity).unwrap_or(&self.each),
            Who::User(_) => &self.each,
        }
    }

    /// What holds for all together.
    pub(crate) fn total(&self) -> &Limits {
        &self.total
    }
}

/// Whether a limit would be exceeded.
fn exceeds(limit: Option<u64>, wanted: u64) -> bool {
    limit.is_some_and(|limit| wanted > limit)
}

/// A body that is longer than the client's limit.
fn too_long(limit: u64) -> Refusal {
    Refusal::because(
        Status::BodySizeExceedsLimit,
        format!("the request has more than the {limit} bytes that this client may send at once"),
    )
}
