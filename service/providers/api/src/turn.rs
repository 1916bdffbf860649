//! Cooperative scheduling: long work yields to others between its steps, and ends when its caller
//! is gone.
//!
//! A provider calls [`pause`] at each possible interruption: between the items of a batch, the
//! commands of one request to a device, the rounds of a slow function. It must not hold a lock that
//! another call needs. It does not know the scheduler: without one, [`pause`] does nothing.

use std::cell::RefCell;
use std::rc::Rc;

use parsec_contracts::Status;

use crate::error::ProviderError;

/// The scheduler of a call.
pub trait Turn {
    /// Lets waiting calls run first, and returns when it is this call's turn again.
    ///
    /// # Errors
    ///
    /// [`Abandoned`] if the caller of the work is gone.
    fn pause(&self) -> Result<(), Abandoned>;
}

/// The caller of the work is gone.
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

/// Runs `work` with `turn` as its scheduler.
pub fn in_turn<T>(turn: Rc<dyn Turn>, work: impl FnOnce() -> T) -> T {
    let _outer = Restore(CURRENT.replace(Some(turn)));
    work()
}

/// Restores the outer scheduler, also after a panic.
struct Restore(Option<Rc<dyn Turn>>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Lets waiting calls run first.
///
/// # Errors
///
/// `connection-error` if the caller is gone. The call must end.
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
    fn a_call_without_a_scheduler_is_never_abandoned() {
        for _ in 0..3 {
            pause().unwrap();
        }
    }

    #[test]
    fn an_abandoned_call_ends_at_the_next_pause() {
        let paused = in_turn(Rc::new(EndsAt(Cell::new(3))), || {
            (0..10).take_while(|_| pause().is_ok()).count()
        });
        assert_eq!(paused, 2);
        pause().unwrap();
    }
}
