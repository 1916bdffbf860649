//! The one way to wait for something in a test.

use std::fmt::Display;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything takes on a loaded machine, unless it hangs.
const DEADLINE: Duration = Duration::from_secs(60);
const INTERVAL: Duration = Duration::from_millis(3);

/// What a look at a condition returns: a `bool`, or the value as an `Option`.
pub trait Observed {
    /// The value of a condition that holds.
    type Value;

    /// The value, if the condition holds.
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

/// Looks every few milliseconds until the condition holds, and returns its value.
///
/// # Panics
///
/// If it does not hold within a minute, naming `what` the test waited for.
pub fn eventually<O: Observed>(what: impl Display, look: impl FnMut() -> O) -> O::Value {
    attempt(look).unwrap_or_else(|| panic!("waited a minute in vain: {what}"))
}

/// As [`eventually`], for callers that have more to say about the failure.
pub(crate) fn attempt<O: Observed>(mut look: impl FnMut() -> O) -> Option<O::Value> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        // The last look comes after the deadline: this process may have been starved.
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
