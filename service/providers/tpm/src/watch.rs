//! How long the chip may still take for the command that it has been given.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Making a key takes that many times as long as any other command: a chip looks for primes.
const LONG: u32 = 10;

/// Set by the thread that talks to the chip, read by those who wait for it.
#[derive(Debug)]
pub(crate) struct Watch {
    limit: Duration,
    /// The deadline of the command in flight; `None` while no command is in flight.
    deadline: Mutex<Option<Instant>>,
    /// Whether the log has been told that it was not.
    reported: AtomicBool,
}

impl Watch {
    /// For commands that may each take so long.
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            deadline: Mutex::new(None),
            reported: AtomicBool::new(false),
        }
    }

    /// A command begins.
    pub(crate) fn begin(&self) {
        self.set(Instant::now().checked_add(self.limit));
    }

    /// A command begins that makes a key.
    pub(crate) fn begin_long(&self) {
        self.set(Instant::now().checked_add(self.limit.saturating_mul(LONG)));
    }

    /// The chip has answered.
    pub(crate) fn end(&self) {
        self.set(None);
        if self.reported.swap(false, Ordering::Relaxed) {
            tracing::info!("the TPM answers again");
        }
    }

    /// How long the command in flight may still take, or the next one.
    pub(crate) fn left(&self) -> Duration {
        match self.deadline() {
            Some(deadline) => deadline.saturating_duration_since(Instant::now()),
            None => self.limit,
        }
    }

    /// Whether the chip has not answered in time. The first who finds it tells the log.
    pub(crate) fn is_overdue(&self) -> bool {
        let is_overdue = self
            .deadline()
            .is_some_and(|deadline| deadline <= Instant::now());
        if is_overdue && !self.reported.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the TPM does not answer; requests are refused until it does, or until its driver \
                 gives the command up"
            );
        }
        is_overdue
    }

    fn deadline(&self) -> Option<Instant> {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, deadline: Option<Instant>) {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_overdue_until_it_is_answered() {
        let watch = Watch::new(Duration::ZERO);
        assert!(!watch.is_overdue());
        watch.begin();
        assert!(watch.is_overdue());
        assert_eq!(watch.left(), Duration::ZERO);
        watch.end();
        assert!(!watch.is_overdue());
    }

    #[test]
    fn making_a_key_may_take_longer() {
        let limit = Duration::from_secs(60);
        let watch = Watch::new(limit);
        assert_eq!(watch.left(), limit);
        watch.begin();
        assert!(watch.left() <= limit);
        watch.begin_long();
        assert!(watch.left() > limit);
        assert!(!watch.is_overdue());
    }
}
