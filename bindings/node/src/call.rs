//! What one call can be stopped with, and how long it may take.

use std::sync::Arc;
use std::time::Duration;

use napi_derive::napi;
use tokio::sync::Notify;

/// One call: made before it, given to it, and used for no other.
#[napi]
#[derive(Debug)]
pub struct Call {
    stop: Arc<Notify>,
    timeout: Option<Duration>,
}

#[napi]
impl Call {
    /// A call that may take `timeout_ms` milliseconds for each answer it waits for, or as long as
    /// its client says.
    #[napi(constructor, catch_unwind)]
    pub fn new(timeout_ms: Option<u32>) -> Self {
        Self {
            stop: Arc::default(),
            timeout: timeout_ms.map(|millis| Duration::from_millis(millis.into())),
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
    pub(crate) fn stop(&self) -> Arc<Notify> {
        self.stop.clone()
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }
}
