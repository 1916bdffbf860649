//! Cancellation and timeout of a call.

use std::sync::Arc;
use std::time::Duration;

use napi_derive::napi;
use tokio::sync::Notify;

use crate::error;

/// Cancellation and timeout of one call. Create one for each call.
#[napi]
#[derive(Debug)]
pub struct Call {
    stop: Arc<Notify>,
    timeout: Option<Duration>,
    changes: bool,
}

/// Extra time for the client's own timeout error, which is more precise than the error of the whole
/// call.
const GRACE: Duration = Duration::from_millis(20);

#[napi]
impl Call {
    /// Limits the whole call to `timeout_ms` milliseconds; by default the client's timeout applies
    /// to each response. `changes`: whether the service may have changed state at the timeout.
    #[napi(constructor, catch_unwind)]
    pub fn new(timeout_ms: Option<u32>, changes: Option<bool>) -> Self {
        Self {
            stop: Arc::default(),
            timeout: timeout_ms.map(|millis| Duration::from_millis(millis.into())),
            changes: changes.unwrap_or_default(),
        }
    }

    /// Cancels the call: its promise rejects and its work is dropped.
    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        // The notification is kept until a task waits for it, so the order does not matter.
        self.stop.notify_one();
    }
}

impl Call {
    /// Returns the timeout of each of its requests.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Waits until the call must end, and returns the error.
    pub(crate) fn over(&self) -> impl Future<Output = napi::Error> + Send + 'static {
        let (stop, changes) = (self.stop.clone(), self.changes);
        let time = self.timeout.map(|time| time + GRACE);
        async move {
            let late = async {
                match time {
                    Some(time) => tokio::time::sleep(time).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = stop.notified() => error::cancelled(),
                () = late => error::late(changes),
            }
        }
    }
}
