//! Waiting for conditions in tests.

use std::fmt::Display;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any condition takes on a loaded machine, unless something hangs.
const DEADLINE: Duration = Duration::from_secs(60);
const INTERVAL: Duration = Duration::from_millis(3);

/// The result of checking a condition: a `bool`, or the value as an `Option`.
pub trait Observed {
    /// Value of a condition that holds.
    type Value;

    /// Returns the value, if the condition holds.
    fn observed(self) -> Option<Self::Value>;
}

impl Observed for bool {
    type Value = ();

    fn observed(self) -> Option<()> {
        self.then_some(())
    }
}

impl<T> Observed for Option<T> {
    type Value = T;

    fn observed(self) -> Self {
        self
    }
}

/// Checks the condition every few milliseconds until it holds, and returns its value.
///
/// # Panics
///
/// If it does not hold within a minute; the message contains `what`.
pub fn eventually<O: Observed>(what: impl Display, look: impl FnMut() -> O) -> O::Value {
    attempt(look).unwrap_or_else(|| panic!("waited a minute in vain: {what}"))
}

/// As [`eventually`], for callers that add details to the failure.
pub(crate) fn attempt<O: Observed>(mut look: impl FnMut() -> O) -> Option<O::Value> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        // The last check is after the deadline, because this process may not have been scheduled.
        let is_late = Instant::now() > deadline;
        if let Some(value) = look().observed() {
            return Some(value);
        }
        if is_late {
            return None;
        }
        thread::sleep(INTERVAL);
    }
}
