//! The queue of one device for deletions by administrators.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::workers::Workers;

/// How long an administrator's request waits for a device.
const DEVICE_TIME: Duration = Duration::from_secs(2);
/// The maximum number of queued jobs for one device.
const QUEUE: usize = 1024;

/// A queue for administrators' jobs on one device, separate from clients' jobs and other devices.
#[derive(Debug)]
pub(crate) struct DeviceLane {
    workers: Workers,
    /// Whether a job exceeded its time.
    is_late: Arc<AtomicBool>,
}

impl DeviceLane {
    /// Starts the queue of the provider of that name.
    pub(crate) fn start(name: &str) -> std::io::Result<Self> {
        Ok(Self {
            workers: Workers::start(&format!("admin-{name}"), 1, QUEUE)?,
            is_late: Arc::default(),
        })
    }

    /// Runs a job and waits for a limited time, or not at all while an earlier job is late. `None` if it
    /// is not done yet.
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
