//! What one call can be stopped with, and how long it may take.

use std::sync::Arc;
use std::time::Duration;

use napi_derive::napi;
use tokio::sync::Notify;

use crate::error;

/// One call: made before it, given to it, and used for no other.
#[napi]
#[derive(Debug)]
pub struct Call {
    stop: Arc<Notify>,
    timeout: Option<Duration>,
    changes: bool,
}

/// What the client says of a single answer that is late says more than what is known here of the
/// whole call, so it has this much longer.
const GRACE: Duration = Duration::from_millis(20);

#[napi]
impl Call {
    /// A call that may take `timeout_ms` milliseconds in all, or for each answer what its client
    /// says; `changes` if the service may have done something when that is over.
    #[napi(constructor, catch_unwind)]
    pub fn new(timeout_ms: Option<u32>, changes: Option<bool>) -> Self {
        Self {
            stop: Arc::default(),
            timeout: timeout_ms.map(|millis| Duration::from_millis(millis.into())),
            changes: changes.unwrap_or_default(),
        }
    }

    /// Stops waiting: the call rejects, and what it was doing is dropped.
    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        // Kept until somebody waits, so it does not matter which comes first.
        self.stop.notify_one();
    }
}

impl Call {
    /// How long each of its requests may wait for an answer.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Waits until it has to end, and says why.
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
