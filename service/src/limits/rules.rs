//! The limits in effect, and the principal that each applies to.

use std::collections::HashMap;

use super::permit::Resource;
use super::principal::Principal;
use crate::config::{Limits, LimitsConfig};
use crate::identity::Identity;

/// The configured limits.
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

    /// The limits of one principal.
    pub(crate) fn of(&self, principal: &Principal) -> &Limits {
        match principal {
            Principal::Application(identity) => self.exceptions.get(identity).unwrap_or(&self.each),
            Principal::User(_) => &self.each,
        }
    }

    /// The limits of all clients together.
    pub(crate) fn total(&self) -> &Limits {
        &self.total
    }
}

/// The limit on one resource.
pub(super) fn limit_on(limits: &Limits, resource: Resource) -> Option<u64> {
    match resource {
        Resource::Connections => limits.connections,
        Resource::Requests => limits.requests_in_flight,
        Resource::NewKeys => limits.keys,
        Resource::Streams => limits.streams,
        Resource::StreamBytes => limits.stream_bytes,
        Resource::BufferedBytes => limits.buffered_bytes,
    }
}
