//! Limits how often a library is restarted to find objects or tokens that it does not show.

use std::time::{Duration, Instant};

/// The pause after the first attempt; it doubles after each attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The maximum pause. Restarting a library ends the sessions of its other tokens.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// Attempts with increasing pauses.
#[derive(Debug, Default)]
pub(crate) struct Renewal {
    next: Option<Instant>,
    pause: Duration,
}

impl Renewal {
    /// Whether another attempt is permitted now; if so, it is counted.
    pub(crate) fn is_due(&mut self) -> bool {
        let now = Instant::now();
        if self.next.is_some_and(|next| now < next) {
            return false;
        }
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, MAX_PAUSE);
        self.next = Some(now + self.pause);
        true
    }

    /// Resets the pause, after the token or object was found.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_attempt_waits_for_the_pause() {
        let mut renewal = Renewal::default();
        assert!(renewal.is_due());
        assert!(!renewal.is_due());
        renewal.reset();
        assert!(renewal.is_due());
    }

    #[test]
    fn pauses_grow_up_to_a_limit() {
        let mut renewal = Renewal::default();
        let mut last = Duration::ZERO;
        for _ in 0..20 {
            renewal.next = None;
            assert!(renewal.is_due());
            assert!(renewal.pause >= last);
            last = renewal.pause;
        }
        assert_eq!(last, MAX_PAUSE);
    }
}
