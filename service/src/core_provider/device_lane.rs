//! The queue of one device for deletions by administrators.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::workers::Workers;

/// How long an administrator waits for a device.
const DEVICE_TIME: Duration = Duration::from_secs(2);
/// What waits for one device at most.
const QUEUE: usize = 1024;

/// What administrators have done to a device: apart from what clients do, and from other devices.
#[derive(Debug)]
pub(crate) struct DeviceLane {
    workers: Workers,
    /// It has not done in time what it was given.
    is_late: Arc<AtomicBool>,
}

impl DeviceLane {
    /// For the provider of that name.
    pub(crate) fn start(name: &str) -> std::io::Result<Self> {
        Ok(Self {
            workers: Workers::start(&format!("admin-{name}"), 1, QUEUE)?,
            is_late: Arc::default(),
        })
    }

    /// Has a job done and waits for it, for a time, and not at all while an earlier one is late.
    /// `None` if it is not done yet.
    pub(super) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let is_late = Arc::clone(&self.is_late);
        let result = self.workers.post(move || {
            let done = job();
            is_late.store(false, Ordering::Release);
            done
        })?;
        let time = if self.is_late.load(Ordering::Acquire) {
            Duration::ZERO
        } else {
            DEVICE_TIME
        };
        let done = result.recv_timeout(time).ok();
        if done.is_none() {
            self.is_late.store(true, Ordering::Release);
        }
        done
    }
}
