//! When a provider's keys are compared with what its device shows: after the device was lost, and
//! while anything is missing, but ever more seldom, because a comparison lists all objects.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::sync::lock;

/// The pause after the first comparison that found something missing; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The times of comparison.
#[derive(Debug, Default)]
pub(crate) struct Reconciling(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next: Option<Instant>,
    pause: Duration,
    /// How often the device had been lost at the last comparison.
    resets: u64,
}

impl Reconciling {
    /// Whether to compare now, with a device that was lost that often, and of which something is
    /// missing or left to remove, or not.
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
    fn a_complete_device_is_listed_only_after_it_was_lost() {
        let reconciling = Reconciling::default();
        assert!(!reconciling.is_due(0, false));
        assert!(reconciling.is_due(1, false));
        assert!(!reconciling.is_due(1, false));
    }

    #[test]
    fn an_incomplete_device_is_listed_at_once_and_then_after_a_pause() {
        let reconciling = Reconciling::default();
        assert!(reconciling.is_due(0, true));
        assert!(!reconciling.is_due(0, true));
        assert!(reconciling.is_due(1, true));
    }
}
