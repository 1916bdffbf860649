//! Long work gives way to others between its steps, and ends when its caller is gone.
//!
//! A provider calls [`pause`] wherever it could stop: between the items of a batch, the commands
//! that one request sends to a device, the rounds of a slow function. It must hold no lock then
//! that another call needs. Who schedules the calls stays unknown to it: outside of a schedule
//! [`pause`] does nothing.

use std::cell::RefCell;
use std::rc::Rc;

use parsec_contracts::Status;

use crate::ProviderError;

/// A call's place in a schedule.
pub trait Turn {
    /// Lets others go first, if any wait, and returns when it is this call's turn again.
    ///
    /// # Errors
    ///
    /// [`Abandoned`] if nobody waits for the result any more.
    fn pause(&self) -> Result<(), Abandoned>;
}

/// Nobody waits for the result of a call any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abandoned;

impl From<Abandoned> for ProviderError {
    fn from(_: Abandoned) -> Self {
        Self::new(
            Status::ConnectionError,
            "the caller closed its connection before the operation was complete",
        )
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<dyn Turn>>> = const { RefCell::new(None) };
}

/// Runs `work`, whose pauses `turn` receives.
pub fn in_turn<T>(turn: Rc<dyn Turn>, work: impl FnOnce() -> T) -> T {
    let _outer = Restore(CURRENT.replace(Some(turn)));
    work()
}

/// Puts the outer turn back, also after a panic.
struct Restore(Option<Rc<dyn Turn>>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Lets others go first, if any wait.
///
/// # Errors
///
/// `connection-error` if the caller is gone: the call ends there.
pub fn pause() -> Result<(), ProviderError> {
    let turn = CURRENT.with_borrow(Clone::clone);
    Ok(turn.map_or(Ok(()), |turn| turn.pause())?)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    struct EndsAt(Cell<u32>);

    impl Turn for EndsAt {
        fn pause(&self) -> Result<(), Abandoned> {
            self.0.set(self.0.get() - 1);
            if self.0.get() == 0 {
                Err(Abandoned)
            } else {
                Ok(())
            }
        }
    }

    #[test]
    fn a_call_outside_of_a_schedule_never_ends_early() {
        for _ in 0..3 {
            pause().unwrap();
        }
    }

    #[test]
    fn an_abandoned_call_ends_at_its_next_pause() {
        let paused = in_turn(Rc::new(EndsAt(Cell::new(3))), || {
            (0..10).take_while(|_| pause().is_ok()).count()
        });
        assert_eq!(paused, 2);
        pause().unwrap();
    }
}
