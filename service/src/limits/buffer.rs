//! Memory for the requests and responses that a user's connections hold.

use std::pin::pin;
use std::sync::Arc;

use super::account::{ClientAccount, RETRY_AFTER};
use super::permit::{LimitLevel, Resource};
use crate::refusal::Refusal;

/// Messages up to this length are not counted: the limit on connections bounds them, and a small
/// request must not be refused because other clients buffer large ones.
const UNCOUNTED: u64 = 16 * 1024;

const BUFFERED: Resource = Resource::BufferedBytes;

/// The bytes that one connection buffers, released on drop.
#[derive(Debug)]
pub(crate) struct BufferReservation {
    account: Arc<ClientAccount>,
    amount: u64,
}

impl BufferReservation {
    /// An empty reservation for a connection of that user.
    pub(crate) fn empty(account: &Arc<ClientAccount>) -> Self {
        Self {
            account: Arc::clone(account),
            amount: 0,
        }
    }

    /// Grows the reservation to `bytes`; it never shrinks.
    ///
    /// A user without other reservations may always reserve one message of any length,
    /// independently of other users. Beyond that, a user may reserve at most as much as remains of
    /// the total: one user can reserve half of it, two users a third each, so that memory always
    /// remains for another user.
    ///
    /// # Errors
    ///
    /// A refusal if a limit would be exceeded; the reservation is then unchanged.
    pub(crate) fn grow(&mut self, bytes: u64) -> Result<(), Refusal> {
        let wanted = if bytes > UNCOUNTED { bytes } else { 0 };
        let Some(more) = wanted.checked_sub(self.amount).filter(|more| *more > 0) else {
            return Ok(());
        };
        self.take(more)
            .map_err(|level| Refusal::too_many(too_many_bytes(level), RETRY_AFTER))?;
        self.amount = wanted;
        Ok(())
    }

    /// As [`BufferReservation::grow`], but waits until no limit is exceeded.
    pub(crate) async fn grow_when_possible(&mut self, bytes: u64) {
        let account = Arc::clone(&self.account);
        loop {
            let mut freed = pin!(account.totals.freed.notified());
            // Bytes released between the attempt and the wait must not be missed.
            freed.as_mut().enable();
            if self.grow(bytes).is_ok() {
                return;
            }
            freed.await;
        }
    }

    fn take(&self, more: u64) -> Result<(), LimitLevel> {
        let (own, total) = (&self.account.gauges.own, &self.account.gauges.total);
        let used = own.get(BUFFERED);
        let (own_limit, total_limit) = if used == self.amount {
            (None, None)
        } else {
            self.account.limits_on(BUFFERED)
        };
        let left = total_limit.map(|limit| limit.saturating_sub(total.get(BUFFERED)));
        if !own.take(BUFFERED, more, own_limit) {
            return Err(LimitLevel::Client(own_limit.unwrap_or(u64::MAX)));
        }
        let fits = left.is_none_or(|left| used + more <= left);
        if !fits || !total.take(BUFFERED, more, total_limit) {
            own.release(BUFFERED, more);
            return Err(LimitLevel::Total(total_limit.unwrap_or(u64::MAX)));
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
             user has reached its share"
        ),
    }
}

impl Drop for BufferReservation {
    fn drop(&mut self) {
        if self.amount > 0 {
            self.account.gauges.own.release(BUFFERED, self.amount);
            self.account.gauges.total.release(BUFFERED, self.amount);
            self.account.totals.freed.notify_waiters();
        }
    }
}
