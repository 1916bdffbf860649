//! A bounded pool of threads for one provider: what its hardware can take at once, and no more.
//!
//! Jobs wait in two lanes. Long ones never have all the places, and give way to others whenever
//! their work can be interrupted ([`parsec_provider::turn`]); a job whose caller is gone is taken
//! back, or ends at its next pause.

mod lane;
mod line;
mod pool;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

pub(crate) use lane::Lane;
use pool::Pool;

/// Whose job it is, where it is the service's own.
pub(crate) const OWN: u64 = 0;

/// Threads that work off jobs.
pub(crate) struct Workers {
    pool: Arc<Pool>,
}

/// Why a job was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkError {
    /// The queue is full, or the client's share of it; nothing was begun.
    Full,
    /// The caller was gone before it began.
    Abandoned,
    /// The job panicked; the pool continues.
    Panicked,
}

impl Workers {
    /// Starts a pool called `name` that runs `width` jobs at once, with room for `waiting` jobs
    /// beside those, three quarters of them for any one client.
    pub(crate) fn start(name: &str, width: usize, waiting: usize) -> std::io::Result<Self> {
        let pool = Pool::new(name, width, waiting);
        pool.start()?;
        Ok(Self { pool })
    }

    /// Jobs that wait for a thread.
    pub(crate) fn waiting(&self) -> usize {
        self.pool.waiting()
    }

    /// Does a job of the service's own; see [`Workers::run`].
    pub(crate) async fn run_own<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        self.run(OWN, Lane::Quick, &CancellationToken::new(), job)
            .await
    }

    /// Does a job for the client of that number and waits for its result.
    ///
    /// If the caller is `gone`, or this future is dropped, a job that has not begun is taken back,
    /// and one that runs ends at its next pause, if it has any.
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
                // Nobody waits any more: the connection is gone.
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

    /// Does a job of the service's own whenever there is a place: where its result will be. `None`
    /// if there is no room for it.
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
            .push(OWN, Lane::Quick, CancellationToken::new(), work)
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

/// A job whose result somebody waits for.
struct Awaited<'a> {
    pool: &'a Pool,
    client: u64,
    lane: Lane,
    /// `None` once it is known to have begun.
    number: Option<u64>,
    abandoned: CancellationToken,
}

impl Awaited<'_> {
    /// Takes it back; `false` if it has begun.
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
