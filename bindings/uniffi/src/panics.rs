//! Conversion of panics to failures, because uniffi would throw its own exception.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use crate::failure::Failure;

/// Runs `work` and converts a panic. State that a panic may have left inconsistent is dropped with
/// it.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(failure(&*panic)))
}

/// Like [`caught`], for async work.
pub(crate) async fn caught_async<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let _flight = Flight::begin();
    let mut work = pin!(work);
    poll_fn(move |context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|panic| Poll::Ready(Err(failure(&*panic))))
    })
    .await
}

static IN_FLIGHT: AtomicU32 = AtomicU32::new(0);

/// One async call, from its first poll until it is dropped.
struct Flight;

impl Flight {
    fn begin() -> Self {
        IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        IN_FLIGHT.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Returns the number of async calls in flight in this process. A cancelled call ends when the
/// foreign side releases it.
#[uniffi::export]
pub fn calls_in_flight() -> u32 {
    IN_FLIGHT.load(Ordering::Relaxed)
}

fn failure(panic: &(dyn Any + Send)) -> Failure {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Failure::panicked(&text.unwrap_or_else(|| "a panic".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FailureKind;

    #[test]
    fn a_panic_becomes_an_error_that_requests_a_report() {
        let caught = caught::<()>(|| panic!("on purpose"));
        let Failure::Call { kind, line, .. } = caught.unwrap_err();
        assert_eq!(kind, FailureKind::Internal);
        assert!(
            line.contains("on purpose") && line.contains("report"),
            "{line}"
        );
    }

    #[tokio::test]
    async fn a_panic_after_an_await_becomes_a_failure() {
        let caught = caught_async::<()>(async {
            tokio::task::yield_now().await;
            panic!("later")
        });
        let Failure::Call { line, .. } = caught.await.unwrap_err();
        assert!(line.contains("later"), "{line}");
    }
}
