//! Bytes of requests and responses that the connections of a user hold.

use std::pin::pin;
use std::sync::Arc;

use super::clients::{Client, TRY_AGAIN, Total};
use super::permit::{LimitLevel, Resource};
use crate::refusal::Refusal;

/// Messages up to this length are not counted: nobody is refused a small request because others
/// buffer large ones, and the limit on connections bounds them.
const UNCOUNTED: u64 = 16 * 1024;

const WHAT: Resource = Resource::BufferedBytes;

/// Bytes that a connection holds, given back on drop.
#[derive(Debug)]
pub(crate) struct Room {
    client: Arc<Client>,
    amount: u64,
}

impl Room {
    pub(super) fn new(client: &Arc<Client>) -> Self {
        Self {
            client: Arc::clone(client),
            amount: 0,
        }
    }

    /// Makes it large enough for `bytes`; it never becomes smaller.
    ///
    /// A user whose other connections hold nothing may always hold one message, however long and
    /// whatever others hold.
    /// Beyond that, a user holds at most as much as is left: one alone can have half of the total, two
    /// a third each, so that there is always room for another user.
    ///
    /// # Errors
    ///
    /// A refusal if a limit would be exceeded; nothing has changed then.
    pub(crate) fn grow(&mut self, bytes: u64) -> Result<(), Refusal> {
        let wanted = if bytes > UNCOUNTED { bytes } else { 0 };
        let Some(more) = wanted.checked_sub(self.amount).filter(|more| *more > 0) else {
            return Ok(());
        };
        self.take(more)
            .map_err(|level| Refusal::too_many(too_many_bytes(level), TRY_AGAIN))?;
        self.amount = wanted;
        Ok(())
    }

    /// As [`Room::grow`], and waits until no limit is exceeded.
    pub(crate) async fn grow_when_possible(&mut self, bytes: u64) {
        let client = Arc::clone(&self.client);
        loop {
            let mut freed = pin!(client.total.freed.notified());
            // What is given back between the attempt and the wait must not be missed.
            freed.as_mut().enable();
            if self.grow(bytes).is_ok() {
                return;
            }
            freed.await;
        }
    }

    fn take(&self, more: u64) -> Result<(), LimitLevel> {
        let total: &Total = &self.client.total;
        let own = self.client.gauges.get(WHAT);
        let (each, all) = if own == self.amount {
            (None, None)
        } else {
            self.client.limits_of(WHAT)
        };
        let left = all.map(|all| all.saturating_sub(total.gauges.get(WHAT)));
        if !self.client.gauges.take(WHAT, more, each) {
            return Err(LimitLevel::Client(each.unwrap_or(u64::MAX)));
        }
        let fits = left.is_none_or(|left| own + more <= left);
        if !fits || !total.gauges.take(WHAT, more, all) {
            self.client.gauges.give_back(WHAT, more);
            return Err(LimitLevel::Total(all.unwrap_or(u64::MAX)));
        }
        Ok(())
    }
}

fn too_many_bytes(level: LimitLevel) -> String {
    match level {
        LimitLevel::Client(limit) => format!(
            "the connections of this user may hold {limit} bytes of requests and responses; read \
             the responses first"
        ),
        LimitLevel::Total(limit) => format!(
            "all connections together may hold {limit} bytes of requests and responses, and this \
             user has its share of them"
        ),
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.amount > 0 {
            self.client.gauges.give_back(WHAT, self.amount);
            self.client.total.gauges.give_back(WHAT, self.amount);
            self.client.total.freed.notify_waiters();
        }
    }
}
