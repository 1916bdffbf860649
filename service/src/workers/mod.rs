//! A bounded pool of threads for one provider, sized for its hardware.
//!
//! Jobs wait in two lanes. Long jobs never take all places, and give way to others whenever their work
//! can be interrupted ([`parsec_provider::turn`]). A job whose caller is gone is withdrawn, or ends at
//! its next pause.

mod job_queue;
mod lane;
mod pool;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

pub(crate) use lane::Lane;
use pool::Pool;

/// The client number of the service's own jobs.
pub(crate) const SERVICE_CLIENT: u64 = 0;

/// A pool of worker threads.
pub(crate) struct Workers {
    pool: Arc<Pool>,
}

/// Why a job was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkError {
    /// The queue, or the client's share of it, is full; the job was not started.
    Full,
    /// The caller was gone before the job was started.
    Abandoned,
    /// The job panicked; the pool continues.
    Panicked,
}

impl Workers {
    /// Starts a pool called `name` that runs `width` jobs at the same time and queues up to `waiting`
    /// more, of which any one client may have three quarters.
    pub(crate) fn start(name: &str, width: usize, waiting: usize) -> std::io::Result<Self> {
        let pool = Pool::new(name, width, waiting);
        pool.start()?;
        Ok(Self { pool })
    }

    /// The number of queued jobs.
    pub(crate) fn waiting(&self) -> usize {
        self.pool.waiting()
    }

    /// Runs one of the service's own jobs; see [`Workers::run`].
    pub(crate) async fn run_own<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        self.run(SERVICE_CLIENT, Lane::Quick, &CancellationToken::new(), job)
            .await
    }

    /// Runs a job for the client of that number and returns its result.
    ///
    /// If the caller is `gone`, or this future is dropped, a job that was not started is withdrawn, and a
    /// running job ends at its next pause, if it has any.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        client: u64,
        lane: Lane,
        gone: &CancellationToken,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let (done, mut result) = oneshot::channel();
        let work = Box::new(move || {
            if let Ok(value) = catch_unwind(AssertUnwindSafe(job)) {
                // The receiver is dropped if the connection is gone.
                drop(done.send(value));
            }
        });
        let abandoned = gone.child_token();
        let pushed = self.pool.push(client, lane, abandoned.clone(), work);
        let number = pushed.ok_or(WorkError::Full)?;
        let mut awaited = Awaited {
            pool: &self.pool,
            client,
            lane,
            number: Some(number),
            abandoned,
        };
        tokio::select! {
            biased;
            done = &mut result => {
                awaited.number = None;
                return done.map_err(|_| WorkError::Panicked);
            }
            () = awaited.abandoned.cancelled() => {}
        }
        if awaited.withdraw() {
            return Err(WorkError::Abandoned);
        }
        result.await.map_err(|_| WorkError::Panicked)
    }

    /// Queues one of the service's own jobs and returns the receiver of its result; `None` if the queue is
    /// full.
    pub(crate) fn post<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Option<mpsc::Receiver<T>> {
        let (done, result) = mpsc::sync_channel(1);
        let work = Box::new(move || {
            if let Ok(value) = catch_unwind(AssertUnwindSafe(job)) {
                drop(done.send(value));
            }
        });
        self.pool
            .push(SERVICE_CLIENT, Lane::Quick, CancellationToken::new(), work)
            .map(|_| result)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.pool.close();
    }
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers")
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

/// A job whose result is awaited.
struct Awaited<'a> {
    pool: &'a Pool,
    client: u64,
    lane: Lane,
    /// `None` once the job is known to have started.
    number: Option<u64>,
    abandoned: CancellationToken,
}

impl Awaited<'_> {
    /// Withdraws the job; `false` if it was started.
    fn withdraw(&mut self) -> bool {
        self.number
            .take()
            .is_some_and(|number| self.pool.withdraw(self.client, self.lane, number))
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        self.abandoned.cancel();
        self.withdraw();
    }
}
