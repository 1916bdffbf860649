//! So many in a second: the generic cell rate algorithm (ITU-T I.371), which needs one number.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::sync::lock;

/// What is saved up is at most what one second brings.
const SAVED_UP: Duration = Duration::from_secs(1);

/// How far ahead a request may be charged.
const MOST_DEBT: Duration = Duration::from_secs(3600);

/// Counts requests against a rate.
#[derive(Debug, Default)]
pub(super) struct Rate {
    /// Until when all that was admitted is paid for.
    paid_until: Mutex<Option<Instant>>,
}

impl Rate {
    /// Admits a request at `now`, or says after how long one will be.
    pub(super) fn admit(&self, per_second: u64, now: Instant) -> Result<(), Duration> {
        let price = price(per_second);
        let mut paid_until = lock(&self.paid_until);
        let base = paid_until.map_or(now, |until| until.max(now));
        let ahead = (base + price).duration_since(now);
        if ahead > SAVED_UP.max(price) {
            return Err(ahead - SAVED_UP.max(price));
        }
        *paid_until = Some(base + price);
        Ok(())
    }

    /// Charges an admitted request for `items` more than the one that it was admitted as. Further
    /// requests wait until they are paid for, but at most for an hour.
    pub(super) fn charge(&self, items: u64, per_second: u64, now: Instant) {
        let items = u32::try_from(items).unwrap_or(u32::MAX);
        let debt = price(per_second).saturating_mul(items);
        let mut paid_until = lock(&self.paid_until);
        let base = paid_until.map_or(now, |until| until.max(now));
        *paid_until = Some((base + debt.min(MOST_DEBT)).min(now + MOST_DEBT));
    }
}

/// What one request takes from the time that is saved up.
fn price(per_second: u64) -> Duration {
    let nanoseconds = SAVED_UP.as_nanos() / u128::from(per_second.max(1));
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_brings_so_many_and_no_more_are_saved_up() {
        let rate = Rate::default();
        let start = Instant::now();
        for _ in 0..2 {
            assert!(rate.admit(2, start).is_ok());
        }
        let wait = rate.admit(2, start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        assert!(rate.admit(2, start + wait).is_ok());
        assert!(rate.admit(2, start + wait).is_err());
        // An hour of quiet brings no more than a second does.
        let later = start + Duration::from_secs(3600);
        let admitted = (0..10).filter(|_| rate.admit(2, later).is_ok()).count();
        assert_eq!(admitted, 2);
    }

    #[test]
    fn a_batch_is_paid_for_by_its_items_before_the_next_request() {
        let rate = Rate::default();
        let start = Instant::now();
        assert!(rate.admit(10, start).is_ok());
        rate.charge(99, 10, start);
        let wait = rate.admit(10, start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(9100));
        assert!(rate.admit(10, start + wait).is_ok());
        rate.charge(u64::MAX, 1, start);
        assert!(rate.admit(10, start + MOST_DEBT).is_ok());
    }

    #[test]
    fn over_a_long_time_the_rate_holds_exactly() {
        let rate = Rate::default();
        let start = Instant::now();
        let ticks = 10_000_u64;
        let admitted = (0..ticks)
            .filter(|tick| {
                rate.admit(100, start + Duration::from_millis(*tick))
                    .is_ok()
            })
            .count();
        // Ten seconds' worth, and what was saved up before.
        assert!((1000..=1101).contains(&admitted), "{admitted}");
    }
}
