//! The thread that owns the connection to the TPM. Callers wait for it until the deadline of the
//! command in flight. A command cannot be cancelled once the driver has it, so the thread continues
//! to wait, and all requests fail immediately until the command returns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_provider::{Counted, Counters, Journal, KeyId, ProviderError};

use crate::Settings;
use crate::tpm::Tpm;
use crate::watch::Watch;

/// How long closing the connection may take, which flushes all loaded objects.
const CLOSE_TIME: Duration = Duration::from_secs(5);
/// The minimum wait: shorter than a timer's tick would be a busy loop.
const TICK: Duration = Duration::from_millis(1);

type Job = Box<dyn FnOnce(&mut Link) + Send>;

/// A TPM, accessed through a thread.
pub(crate) struct Device {
    jobs: mpsc::Sender<Job>,
    watch: Arc<Watch>,
    counters: Arc<Counters>,
}

/// The state of the thread.
struct Link {
    settings: Settings,
    journal: Arc<dyn Journal>,
    /// `None` before the first use, and after it was lost.
    tpm: Option<Tpm>,
    /// Whether the connection was ever open: a TPM that could never be reached was not lost.
    was_open: bool,
    watch: Arc<Watch>,
    counters: Arc<Counters>,
}

impl Device {
    /// Starts the thread; the connection is opened on demand.
    pub(crate) fn start(
        settings: Settings,
        journal: Arc<dyn Journal>,
    ) -> Result<Self, ProviderError> {
        let watch = Arc::new(Watch::new(settings.command_timeout));
        let counters = Arc::new(Counters::new());
        let (jobs, queue) = mpsc::channel::<Job>();
        let mut link = Link {
            settings,
            journal,
            tpm: None,
            was_open: false,
            watch: Arc::clone(&watch),
            counters: Arc::clone(&counters),
        };
        let work = move || {
            for job in queue {
                link.watch.begin();
                if catch_unwind(AssertUnwindSafe(|| job(&mut link))).is_err() {
                    link.tpm = None;
                }
                link.watch.end();
            }
        };
        thread::Builder::new()
            .name("tpm".to_owned())
            .spawn(work)
            .map_err(|error| {
                ProviderError::new(
                    Status::PsaErrorInsufficientMemory,
                    "the thread for the TPM could not be started",
                )
                .with_source(error)
            })?;
        Ok(Self {
            jobs,
            watch,
            counters,
        })
    }

    pub(crate) fn counted(&self) -> Counted {
        self.counters.read()
    }

    /// Runs a function with the connection, which is opened again if it was lost.
    ///
    /// A request that finds it lost is tried a second time: this is safe, because the TPM stores
    /// nothing.
    pub(crate) fn with_tpm<T: Send + 'static>(
        &self,
        run: impl Fn(&mut Tpm) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, ProviderError> {
        self.wait(None, move |link| link.with_tpm(&run))?
    }

    /// Flushes a key from the TPM if it is loaded. The caller does not wait for it.
    pub(crate) fn unload(&self, key: KeyId) {
        let job = move |link: &mut Link| {
            if link.tpm.is_some() {
                let unloaded = link.attempt(&|tpm| tpm.unload(key));
                if let Err(error) = unloaded {
                    tracing::debug!(%error, "a key stays loaded until its slot is needed");
                }
            }
        };
        // Without the thread, nothing is loaded.
        let _ = self.jobs.send(Box::new(job));
    }

    /// Flushes keys and sessions: a TPM without a resource manager keeps them.
    pub(crate) fn close(&self) {
        // A TPM that does not respond is left unchanged.
        let _ = self.wait(Some(CLOSE_TIME), |link| drop(link.tpm.take()));
    }

    /// Runs a function in the thread, and waits until it returns or the TPM exceeds its deadline.
    fn wait<T: Send + 'static>(
        &self,
        most: Option<Duration>,
        run: impl FnOnce(&mut Link) -> T + Send + 'static,
    ) -> Result<T, ProviderError> {
        if self.watch.is_overdue() {
            return Err(hangs());
        }
        let deadline = most.and_then(|most| Instant::now().checked_add(most));
        let (sender, receiver) = mpsc::sync_channel(1);
        let waiting = Arc::new(());
        let waits = Arc::downgrade(&waiting);
        let job = move |link: &mut Link| {
            // A job without a waiting caller is skipped.
            if Weak::strong_count(&waits) > 0 {
                // The caller may have stopped waiting.
                let _ = sender.send(run(link));
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| ended())?;
        loop {
            let mut wait = self.watch.left();
            if let Some(deadline) = deadline {
                wait = wait.min(deadline.saturating_duration_since(Instant::now()));
            }
            match receiver.recv_timeout(wait.max(TICK)) {
                Ok(output) => return Ok(output),
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
                Err(RecvTimeoutError::Timeout) => {
                    let is_late = deadline.is_some_and(|deadline| deadline <= Instant::now());
                    if is_late || self.watch.is_overdue() {
                        return Err(hangs());
                    }
                }
            }
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.close();
    }
}

impl Link {
    fn with_tpm<T>(
        &mut self,
        run: &impl Fn(&mut Tpm) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        self.attempt(run).or_else(|error| {
            // Also if this very attempt opened it: another program may have flushed our session.
            if self.tpm.is_some() || !self.was_open {
                return Err(error);
            }
            self.attempt(run).map_err(|again| {
                let says_why = is_about_settings(&again) || again.is_another_device();
                if self.tpm.is_some() || says_why {
                    return again;
                }
                ProviderError::new(
                    Status::PsaErrorCommunicationFailure,
                    "the TPM was reset or is gone; try again when it is available",
                )
                .with_source(again)
            })
        })
    }

    /// Closes the connection if it was lost.
    fn attempt<T>(
        &mut self,
        run: &impl Fn(&mut Tpm) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let mut tpm = match self.tpm.take() {
            Some(tpm) => tpm,
            None => Tpm::open(
                &self.settings,
                Arc::clone(&self.journal),
                Arc::clone(&self.counters),
                Arc::clone(&self.watch),
            )?,
        };
        self.was_open = true;
        let result = run(&mut tpm);
        if tpm.is_lost() {
            self.counters.count_reset();
        } else {
            self.tpm = Some(tpm);
        }
        result
    }
}

/// Whether the error is caused by the configuration, so that waiting does not help.
fn is_about_settings(error: &ProviderError) -> bool {
    matches!(
        error.status(),
        Status::PsaErrorNotPermitted | Status::PsaErrorInvalidArgument
    )
}

fn hangs() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorCommunicationFailure,
        "the TPM does not respond; try again later",
    )
}

fn ended() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorHardwareFailure,
        "an internal error occurred in a TPM operation; see the service's log",
    )
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};

    use parsec_harness::Swtpm;

    use super::Device;
    use crate::Settings;
    use crate::tpm::Encrypted;

    #[test]
    fn the_first_request_is_repeated_if_the_tpm_loses_the_new_session() {
        let swtpm = Arc::new(Mutex::new(Swtpm::start()));
        let settings = Settings {
            tcti: swtpm.lock().unwrap().tcti(),
            ..Settings::default()
        };
        let device = Device::start(settings, Arc::new(())).unwrap();
        let is_lost = AtomicBool::new(false);
        let random = device.with_tpm(move |tpm| {
            if !is_lost.swap(true, Ordering::Relaxed) {
                swtpm.lock().unwrap().restart();
            }
            tpm.run("drawing random bytes", Encrypted::Response, |context| {
                context.get_random(16)
            })
        });
        assert_eq!(random.unwrap().len(), 16);
    }
}
