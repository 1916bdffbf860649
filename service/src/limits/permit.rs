//! Things of which there are so many at once, given back by themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::clients::{Client, Total};

/// Of what there are so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Connections,
    Requests,
    /// Keys that are being made; those that are there are counted in the store.
    NewKeys,
    Streams,
    StreamBytes,
    /// Of requests and responses that a user's connections hold.
    BufferedBytes,
}

/// How many are taken.
#[derive(Debug, Default)]
pub(super) struct Gauges([AtomicU64; 6]);

impl Gauges {
    pub(super) fn get(&self, what: Resource) -> u64 {
        self.0[what as usize].load(Ordering::Acquire)
    }

    /// Takes `amount` unless that would be more than `limit`.
    pub(super) fn take(&self, what: Resource, amount: u64, limit: Option<u64>) -> bool {
        let add = |taken: u64| {
            let sum = taken.checked_add(amount)?;
            (!super::exceeds(limit, sum)).then_some(sum)
        };
        let gauge = &self.0[what as usize];
        gauge
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, add)
            .is_ok()
    }

    pub(super) fn give_back(&self, what: Resource, amount: u64) {
        self.0[what as usize].fetch_sub(amount, Ordering::AcqRel);
    }
}

/// Whose limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitLevel {
    Client(u64),
    Total(u64),
}

/// Something taken, given back on drop.
#[derive(Debug)]
pub(crate) struct Permit {
    client: Arc<Client>,
    total: Arc<Total>,
    what: Resource,
    amount: u64,
}

impl Permit {
    pub(super) fn take(
        client: &Arc<Client>,
        what: Resource,
        amount: u64,
    ) -> Result<Self, LimitLevel> {
        let (own, all) = client.limits_of(what);
        if !client.gauges.take(what, amount, own) {
            return Err(LimitLevel::Client(own.unwrap_or(u64::MAX)));
        }
        if let Some(payer) = &client.payer {
            let (of_payer, _) = payer.limits_of(what);
            if !payer.gauges.take(what, amount, of_payer) {
                client.gauges.give_back(what, amount);
                return Err(LimitLevel::Client(of_payer.unwrap_or(u64::MAX)));
            }
        }
        if !client.total.gauges.take(what, amount, all) {
            client.give_back(what, amount);
            return Err(LimitLevel::Total(all.unwrap_or(u64::MAX)));
        }
        Ok(Self {
            client: Arc::clone(client),
            total: Arc::clone(&client.total),
            what,
            amount,
        })
    }

    /// Whose it is.
    pub(crate) fn client(&self) -> &Arc<Client> {
        &self.client
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.client.give_back(self.what, self.amount);
        self.total.gauges.give_back(self.what, self.amount);
    }
}
