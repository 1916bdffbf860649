//! How often a library is started again in search of what it does not show.

use std::time::{Duration, Instant};

/// The pause after the first attempt; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Starting a library again ends the sessions of its other tokens, so not more often than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Attempts with growing pauses between them.
#[derive(Debug, Default)]
pub(crate) struct Renewal {
    next: Option<Instant>,
    pause: Duration,
}

impl Renewal {
    /// Whether another attempt may be made now; if so, it counts as made.
    pub(crate) fn is_due(&mut self) -> bool {
        let now = Instant::now();
        if self.next.is_some_and(|next| now < next) {
            return false;
        }
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.next = Some(now + self.pause);
        true
    }

    /// What was looked for is there again.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_attempt_is_due_and_the_next_after_a_pause() {
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
        assert_eq!(last, LONGEST_PAUSE);
    }
}
