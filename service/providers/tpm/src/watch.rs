//! The deadline of the command in flight.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The factor by which generating a key may take longer than other commands: a TPM searches for
/// primes.
const LONG: u32 = 10;

/// The state that the thread writes and the waiting callers read.
#[derive(Debug)]
pub(crate) struct Watch {
    limit: Duration,
    /// The deadline of the command in flight; `None` while no command is in flight.
    deadline: Mutex<Option<Instant>>,
    /// Whether the timeout was logged.
    reported: AtomicBool,
}

impl Watch {
    /// Creates a watch with this timeout per command.
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            deadline: Mutex::new(None),
            reported: AtomicBool::new(false),
        }
    }

    /// Starts the deadline of a command.
    pub(crate) fn begin(&self) {
        self.set(Instant::now().checked_add(self.limit));
    }

    /// Starts the deadline of a command that generates a key.
    pub(crate) fn begin_long(&self) {
        self.set(Instant::now().checked_add(self.limit.saturating_mul(LONG)));
    }

    /// Ends the deadline when the TPM responded.
    pub(crate) fn end(&self) {
        self.set(None);
        if self.reported.swap(false, Ordering::Relaxed) {
            tracing::info!("the TPM responds again");
        }
    }

    /// The remaining time of the command in flight, or the timeout of the next one.
    pub(crate) fn left(&self) -> Duration {
        match self.deadline() {
            Some(deadline) => deadline.saturating_duration_since(Instant::now()),
            None => self.limit,
        }
    }

    /// Whether the TPM exceeded its deadline. The first caller that finds it logs it.
    pub(crate) fn is_overdue(&self) -> bool {
        let is_overdue = self
            .deadline()
            .is_some_and(|deadline| deadline <= Instant::now());
        if is_overdue && !self.reported.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the TPM does not respond; requests fail until it does, or until its driver \
                 cancels the command"
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
    fn a_command_is_overdue_until_the_response() {
        let watch = Watch::new(Duration::ZERO);
        assert!(!watch.is_overdue());
        watch.begin();
        assert!(watch.is_overdue());
        assert_eq!(watch.left(), Duration::ZERO);
        watch.end();
        assert!(!watch.is_overdue());
    }

    #[test]
    fn generating_a_key_may_take_longer() {
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
