//! A bounded pool of threads for one provider: what its hardware can take at once, and no more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that work off a queue.
#[derive(Debug)]
pub(crate) struct Workers {
    queue: SyncSender<Job>,
    waiting: Arc<AtomicUsize>,
}

/// Why a job was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkError {
    /// The queue is full; nothing was begun.
    Full,
    /// The job panicked; the pool goes on.
    Panicked,
}

impl Workers {
    /// Starts `threads` threads called `name`, with room for `waiting` jobs beside those at work.
    pub(crate) fn start(name: &str, threads: usize, waiting: usize) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel::<Job>(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for index in 0..threads.max(1) {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(format!("{name}-{index}"))
                .spawn(move || work(&jobs))?;
        }
        Ok(Self {
            queue,
            waiting: Arc::default(),
        })
    }

    /// Jobs that wait for a thread.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Has a job done and waits for its result. The caller may stop waiting; the job goes on.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let (done, result) = oneshot::channel();
        let waiting = Arc::clone(&self.waiting);
        let job = Box::new(move || {
            waiting.fetch_sub(1, Ordering::Relaxed);
            if let Ok(value) = catch_unwind(AssertUnwindSafe(job)) {
                // Nobody waits any more: the connection is gone.
                drop(done.send(value));
            }
        });
        self.waiting.fetch_add(1, Ordering::Relaxed);
        match self.queue.try_send(job) {
            Ok(()) => result.await.map_err(|_| WorkError::Panicked),
            Err(TrySendError::Full(_)) => {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                Err(WorkError::Full)
            }
            Err(TrySendError::Disconnected(_)) => Err(WorkError::Panicked),
        }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        // Only the wait is under the lock, not the job.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_contained_and_the_pool_goes_on() {
        let workers = Workers::start("test", 1, 4).unwrap();
        let panicked = workers.run(|| -> u8 { panic!("on purpose") }).await;
        assert_eq!(panicked, Err(WorkError::Panicked));
        assert_eq!(workers.run(|| 7).await, Ok(7));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_full_queue_says_so_at_once() {
        let workers = Arc::new(Workers::start("test", 1, 1).unwrap());
        let (release, held) = sync_channel::<()>(0);
        let (started, begun) = oneshot::channel();
        let busy = tokio::spawn({
            let workers = Arc::clone(&workers);
            async move {
                let job = move || {
                    let _ = started.send(());
                    let _ = held.recv();
                };
                workers.run(job).await
            }
        });
        begun.await.unwrap();
        // Polled once, this one takes the only place in the queue.
        let mut waiting = Box::pin(workers.run(|| 1));
        assert!(
            std::future::poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_pending())).await
        );
        assert_eq!(workers.run(|| 2).await, Err(WorkError::Full));
        release.send(()).unwrap();
        assert_eq!(busy.await.unwrap(), Ok(()));
        assert_eq!(waiting.await, Ok(1));
    }
}
