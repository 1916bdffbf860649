//! Rate limiter: the generic cell rate algorithm (GCRA, ITU-T I.371), whose state is one time.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::sync::lock;

/// The burst tolerance: an idle client saves up at most the requests of this time.
const BURST: Duration = Duration::from_secs(1);

/// How far ahead requests may be charged.
const MAX_DEBT: Duration = Duration::from_secs(3600);

/// Counts requests against a rate.
#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    /// The theoretical arrival time of the next request (GCRA).
    arrival: Mutex<Option<Instant>>,
}

impl RateLimiter {
    /// Admits a request at `now`; the error is how long to wait for the next one.
    pub(super) fn admit(&self, per_second: u64, now: Instant) -> Result<(), Duration> {
        let interval = interval(per_second);
        let mut arrival = lock(&self.arrival);
        let base = arrival.map_or(now, |arrival| arrival.max(now));
        let ahead = (base + interval).duration_since(now);
        if ahead > BURST.max(interval) {
            return Err(ahead - BURST.max(interval));
        }
        *arrival = Some(base + interval);
        Ok(())
    }

    /// Charges an admitted request for `items` more than one. Later requests are refused until the
    /// items are covered, but for at most an hour.
    pub(super) fn charge(&self, items: u64, per_second: u64, now: Instant) {
        let items = u32::try_from(items).unwrap_or(u32::MAX);
        let debt = interval(per_second).saturating_mul(items);
        let mut arrival = lock(&self.arrival);
        let base = arrival.map_or(now, |arrival| arrival.max(now));
        *arrival = Some((base + debt.min(MAX_DEBT)).min(now + MAX_DEBT));
    }
}

/// The emission interval: the time between two requests at this rate.
fn interval(per_second: u64) -> Duration {
    let nanoseconds = BURST.as_nanos() / u128::from(per_second.max(1));
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_the_rate_and_a_burst_of_one_second() {
        let limiter = RateLimiter::default();
        let start = Instant::now();
        for _ in 0..2 {
            assert!(limiter.admit(2, start).is_ok());
        }
        let wait = limiter.admit(2, start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        assert!(limiter.admit(2, start + wait).is_ok());
        assert!(limiter.admit(2, start + wait).is_err());
        // An idle hour saves up no more than one second.
        let later = start + Duration::from_secs(3600);
        let admitted = (0..10).filter(|_| limiter.admit(2, later).is_ok()).count();
        assert_eq!(admitted, 2);
    }

    #[test]
    fn charges_a_batch_by_its_items_before_the_next_request() {
        let limiter = RateLimiter::default();
        let start = Instant::now();
        assert!(limiter.admit(10, start).is_ok());
        limiter.charge(99, 10, start);
        let wait = limiter.admit(10, start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(9100));
        assert!(limiter.admit(10, start + wait).is_ok());
        limiter.charge(u64::MAX, 1, start);
        assert!(limiter.admit(10, start + MAX_DEBT).is_ok());
    }

    #[test]
    fn keeps_the_rate_exactly_over_a_long_time() {
        let limiter = RateLimiter::default();
        let start = Instant::now();
        let ticks = 10_000_u64;
        let admitted = (0..ticks)
            .filter(|tick| {
                limiter
                    .admit(100, start + Duration::from_millis(*tick))
                    .is_ok()
            })
            .count();
        // The requests of ten seconds, and a burst.
        assert!((1000..=1101).contains(&admitted), "{admitted}");
    }
}
