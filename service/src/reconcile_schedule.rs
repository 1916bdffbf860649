//! Schedules the comparison of a provider's keys with its device: after the device was lost, and while
//! anything is missing, at growing intervals, because a comparison lists all objects.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::sync::lock;

/// The pause after the first comparison that found something missing; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The schedule of comparisons.
#[derive(Debug, Default)]
pub(crate) struct ReconcileSchedule(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next: Option<Instant>,
    pause: Duration,
    /// The number of device resets at the last comparison.
    resets: u64,
}

impl ReconcileSchedule {
    /// Whether a comparison is due, given the number of device resets, and whether anything is missing or
    /// left to remove.
    pub(crate) fn is_due(&self, resets: u64, is_incomplete: bool) -> bool {
        let mut state = lock(&self.0);
        let was_lost = state.resets != resets;
        state.resets = resets;
        if !is_incomplete {
            state.pause = Duration::ZERO;
            state.next = None;
            return was_lost;
        }
        let now = Instant::now();
        if !was_lost && state.next.is_some_and(|next| now < next) {
            return false;
        }
        state.pause = match was_lost {
            true => FIRST_PAUSE,
            false => (state.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE),
        };
        state.next = Some(now + state.pause);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_a_complete_device_only_after_a_reset() {
        let reconciling = ReconcileSchedule::default();
        assert!(!reconciling.is_due(0, false));
        assert!(reconciling.is_due(1, false));
        assert!(!reconciling.is_due(1, false));
    }

    #[test]
    fn compares_an_incomplete_device_at_once_and_then_after_a_pause() {
        let reconciling = ReconcileSchedule::default();
        assert!(reconciling.is_due(0, true));
        assert!(!reconciling.is_due(0, true));
        assert!(reconciling.is_due(1, true));
    }
}
