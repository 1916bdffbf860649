//! Permits for bounded resources; dropping one releases it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::principal::Principal;
use crate::identity::Identity;

/// A resource with a limit on concurrent use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Connections,
    Requests,
    /// Keys that are being created; existing keys are counted in the store.
    NewKeys,
    Streams,
    StreamBytes,
    /// Bytes of requests and responses that a user's connections hold.
    BufferedBytes,
}

/// The amount of each resource in use.
#[derive(Debug, Default)]
pub(super) struct Gauges([AtomicU64; 6]);

impl Gauges {
    pub(super) fn get(&self, resource: Resource) -> u64 {
        self.0[resource as usize].load(Ordering::Acquire)
    }

    /// Adds `amount`, unless the sum would exceed `limit`.
    pub(super) fn take(&self, resource: Resource, amount: u64, limit: Option<u64>) -> bool {
        let add = |used: u64| {
            let sum = used.checked_add(amount)?;
            limit.is_none_or(|limit| sum <= limit).then_some(sum)
        };
        let gauge = &self.0[resource as usize];
        gauge
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, add)
            .is_ok()
    }

    pub(super) fn release(&self, resource: Resource, amount: u64) {
        self.0[resource as usize].fetch_sub(amount, Ordering::AcqRel);
    }
}

/// The limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitLevel {
    Client(u64),
    Total(u64),
}

/// The gauges that a client's permits count in.
#[derive(Debug, Clone)]
pub(super) struct GaugeSet {
    pub(super) own: Arc<Gauges>,
    /// Those of the user whose range of subordinate ids the client's user id is in.
    pub(super) range_owner: Option<Arc<Gauges>>,
    pub(super) total: Arc<Gauges>,
}

/// The limit for each gauge of a [`GaugeSet`].
#[derive(Debug, Clone, Copy)]
pub(super) struct GaugeLimits {
    pub(super) own: Option<u64>,
    pub(super) range_owner: Option<u64>,
    pub(super) total: Option<u64>,
}

impl GaugeSet {
    fn release_client(&self, resource: Resource, amount: u64) {
        self.own.release(resource, amount);
        if let Some(range_owner) = &self.range_owner {
            range_owner.release(resource, amount);
        }
    }
}

/// A client's use of a bounded resource, released on drop.
#[derive(Debug)]
pub(crate) struct Permit {
    principal: Arc<Principal>,
    gauges: GaugeSet,
    resource: Resource,
    amount: u64,
}

impl Permit {
    pub(super) fn take(
        principal: &Arc<Principal>,
        gauges: &GaugeSet,
        limits: GaugeLimits,
        resource: Resource,
        amount: u64,
    ) -> Result<Self, LimitLevel> {
        if !gauges.own.take(resource, amount, limits.own) {
            return Err(LimitLevel::Client(limits.own.unwrap_or(u64::MAX)));
        }
        if let Some(range_owner) = &gauges.range_owner
            && !range_owner.take(resource, amount, limits.range_owner)
        {
            gauges.own.release(resource, amount);
            return Err(LimitLevel::Client(limits.range_owner.unwrap_or(u64::MAX)));
        }
        if !gauges.total.take(resource, amount, limits.total) {
            gauges.release_client(resource, amount);
            return Err(LimitLevel::Total(limits.total.unwrap_or(u64::MAX)));
        }
        Ok(Self {
            principal: Arc::clone(principal),
            gauges: gauges.clone(),
            resource,
            amount,
        })
    }

    /// The application that holds it, unless a user does.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.principal.identity()
    }

    /// Whether it counts in those gauges.
    pub(super) fn counts_in(&self, gauges: &Arc<Gauges>) -> bool {
        Arc::ptr_eq(&self.gauges.own, gauges)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gauges.release_client(self.resource, self.amount);
        self.gauges.total.release(self.resource, self.amount);
    }
}
