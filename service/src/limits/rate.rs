//! So many in a second: the generic cell rate algorithm (ITU-T I.371), which needs one number.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::sync::lock;

/// What is saved up is at most what one second brings.
const SAVED_UP: Duration = Duration::from_secs(1);

/// Counts requests against a rate.
#[derive(Debug, Default)]
pub(super) struct Rate {
    /// Until when all that was admitted is paid for.
    paid_until: Mutex<Option<Instant>>,
}

impl Rate {
    /// Admits a request at `now`, or says after how long one will be.
    pub(super) fn admit(&self, per_second: u64, now: Instant) -> Result<(), Duration> {
        let nanoseconds = SAVED_UP.as_nanos() / u128::from(per_second.max(1));
        let price = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX).max(1));
        let mut paid_until = lock(&self.paid_until);
        let base = paid_until.map_or(now, |until| until.max(now));
        let ahead = (base + price).duration_since(now);
        if ahead > SAVED_UP.max(price) {
            return Err(ahead - SAVED_UP.max(price));
        }
        *paid_until = Some(base + price);
        Ok(())
    }
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
