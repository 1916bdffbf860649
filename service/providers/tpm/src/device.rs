//! The thread that talks to the chip. Callers wait for it until the deadline of the command in
//! flight. A command that a driver has been given cannot be taken back, so the thread waits on, and
//! all requests are refused at once until the command returns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_provider::{Counted, Counters, Journal, KeyId, ProviderError};

use crate::Settings;
use crate::chip::Chip;
use crate::watch::Watch;

/// How long a chip that is left may take to give back what is loaded.
const CLOSE_TIME: Duration = Duration::from_secs(5);
/// Waiting for less than a timer's tick would be spinning.
const TICK: Duration = Duration::from_millis(1);

type Job = Box<dyn FnOnce(&mut Link) + Send>;

/// A chip and the way to it.
pub(crate) struct Device {
    jobs: mpsc::Sender<Job>,
    watch: Arc<Watch>,
    counters: Arc<Counters>,
}

/// What the thread owns.
struct Link {
    settings: Settings,
    journal: Arc<dyn Journal>,
    /// `None` before it is needed, and after it was lost.
    chip: Option<Chip>,
    /// Whether it was ever open: a chip that could never be reached is no chip that was lost.
    was_open: bool,
    watch: Arc<Watch>,
    counters: Arc<Counters>,
}

impl Device {
    /// Starts the thread; the chip is opened when it is needed.
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
            chip: None,
            was_open: false,
            watch: Arc::clone(&watch),
            counters: Arc::clone(&counters),
        };
        let work = move || {
            for job in queue {
                link.watch.begin();
                if catch_unwind(AssertUnwindSafe(|| job(&mut link))).is_err() {
                    link.chip = None;
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
                    "the system gives no thread for the TPM",
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

    /// Does something with the chip, to which the way is opened again if it was lost.
    ///
    /// A request that finds it lost is tried once more: the chip keeps nothing of what is done, so
    /// that doing it twice does no harm.
    pub(crate) fn with_chip<T: Send + 'static>(
        &self,
        run: impl Fn(&mut Chip) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, ProviderError> {
        self.wait(None, move |link| link.with_chip(&run))?
    }

    /// Takes a key out of the chip, if it is there, when its turn comes; nobody waits for it.
    pub(crate) fn unload(&self, key: KeyId) {
        let job = move |link: &mut Link| {
            if link.chip.is_some() {
                let unloaded = link.attempt(&|chip| chip.unload(key));
                if let Err(error) = unloaded {
                    tracing::debug!(%error, "a key stays loaded until its place is needed");
                }
            }
        };
        // Without the thread there is nothing loaded.
        let _ = self.jobs.send(Box::new(job));
    }

    /// Nobody takes keys and sessions out of a chip without a resource manager but who put them in.
    pub(crate) fn close(&self) {
        // One that does not answer is left as it is.
        let _ = self.wait(Some(CLOSE_TIME), |link| drop(link.chip.take()));
    }

    /// Has the thread do something, and waits until it is done or the chip is overdue.
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
            // What nobody waits for any more is not done.
            if Weak::strong_count(&waits) > 0 {
                // Nobody may be waiting by now.
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
    fn with_chip<T>(
        &mut self,
        run: &impl Fn(&mut Chip) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let was_open = self.was_open;
        self.attempt(run).or_else(|error| {
            if self.chip.is_some() || !was_open {
                return Err(error);
            }
            self.attempt(run).map_err(|again| {
                let says_why = is_of_settings(&again) || again.is_another_device();
                if self.chip.is_some() || says_why {
                    return again;
                }
                ProviderError::new(
                    Status::PsaErrorCommunicationFailure,
                    "the TPM was reset or is gone; try again when it is back",
                )
                .with_source(again)
            })
        })
    }

    /// Leaves no chip if it is lost.
    fn attempt<T>(
        &mut self,
        run: &impl Fn(&mut Chip) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let mut chip = match self.chip.take() {
            Some(chip) => chip,
            None => Chip::open(
                &self.settings,
                Arc::clone(&self.journal),
                Arc::clone(&self.counters),
                Arc::clone(&self.watch),
            )?,
        };
        self.was_open = true;
        let result = run(&mut chip);
        if chip.is_lost() {
            self.counters.count_reset();
        } else {
            self.chip = Some(chip);
        }
        result
    }
}

/// Whether the error is of what the service was told of the chip, which waiting does not change.
fn is_of_settings(error: &ProviderError) -> bool {
    matches!(
        error.status(),
        Status::PsaErrorNotPermitted | Status::PsaErrorInvalidArgument
    )
}

fn hangs() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorCommunicationFailure,
        "the TPM does not answer; try again later, when it does",
    )
}

fn ended() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorHardwareFailure,
        "what was asked of the TPM failed in this service; its log says why",
    )
}
