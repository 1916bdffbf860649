//! A bounded pool of threads for one provider: what its hardware can take at once, and no more.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::sync::lock;

type Job = Box<dyn FnOnce() + Send>;

/// Whose job it is, where it is the service's own.
pub(crate) const OWN: u64 = 0;

/// Threads that work off a queue, in which clients take turns: who waits with many jobs holds up
/// only themselves.
#[derive(Debug)]
pub(crate) struct Workers {
    queue: Arc<Queue>,
}

/// Why a job was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkError {
    /// The queue is full, or the client's share of it; nothing was begun.
    Full,
    /// The job panicked; the pool goes on.
    Panicked,
}

impl Workers {
    /// Starts `threads` threads called `name`, with room for `waiting` jobs beside those at work,
    /// three quarters of them for any one client.
    pub(crate) fn start(name: &str, threads: usize, waiting: usize) -> std::io::Result<Self> {
        let queue = Arc::new(Queue {
            capacity: waiting,
            share: waiting - waiting / 4,
            jobs: Mutex::default(),
            filled: Condvar::new(),
        });
        for index in 0..threads.max(1) {
            let queue = Arc::clone(&queue);
            thread::Builder::new()
                .name(format!("{name}-{index}"))
                .spawn(move || {
                    while let Some(job) = queue.next() {
                        job();
                    }
                })?;
        }
        Ok(Self { queue })
    }

    /// Jobs that wait for a thread.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.lock().waiting
    }

    /// Has a job done for the client of that number and waits for its result. The caller may stop
    /// waiting; the job goes on.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        client: u64,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let (done, result) = oneshot::channel();
        let job = Box::new(move || {
            if let Ok(value) = catch_unwind(AssertUnwindSafe(job)) {
                // Nobody waits any more: the connection is gone.
                drop(done.send(value));
            }
        });
        if !self.queue.push(client, job) {
            return Err(WorkError::Full);
        }
        result.await.map_err(|_| WorkError::Panicked)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.queue.lock().is_closed = true;
        self.queue.filled.notify_all();
    }
}

struct Queue {
    capacity: usize,
    share: usize,
    jobs: Mutex<Jobs>,
    filled: Condvar,
}

#[derive(Default)]
struct Jobs {
    by_client: HashMap<u64, VecDeque<Job>>,
    /// Those who have jobs, the next one first.
    turns: VecDeque<u64>,
    /// How many jobs there are, and how many threads to take them.
    waiting: usize,
    idle: usize,
    is_closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        lock(&self.jobs)
    }

    /// Takes a job, if there is room for it. A job for which a thread is idle does not wait.
    fn push(&self, client: u64, job: Job) -> bool {
        let mut jobs = self.lock();
        let own = jobs.by_client.get(&client).map_or(0, VecDeque::len);
        let free = jobs.idle.saturating_sub(jobs.waiting);
        if free == 0 && (jobs.waiting >= self.capacity + jobs.idle || own >= self.share.max(1)) {
            return false;
        }
        if own == 0 {
            jobs.turns.push_back(client);
        }
        jobs.by_client.entry(client).or_default().push_back(job);
        jobs.waiting += 1;
        drop(jobs);
        self.filled.notify_one();
        true
    }

    /// Waits for a job; `None` when there will be none.
    fn next(&self) -> Option<Job> {
        let mut jobs = self.lock();
        jobs.idle += 1;
        while jobs.waiting == 0 {
            if jobs.is_closed {
                jobs.idle -= 1;
                return None;
            }
            jobs = self
                .filled
                .wait(jobs)
                .unwrap_or_else(PoisonError::into_inner);
        }
        jobs.idle -= 1;
        jobs.take()
    }
}

impl Jobs {
    fn take(&mut self) -> Option<Job> {
        let client = self.turns.pop_front()?;
        let own = self.by_client.get_mut(&client)?;
        let job = own.pop_front();
        if own.is_empty() {
            self.by_client.remove(&client);
        } else {
            self.turns.push_back(client);
        }
        self.waiting -= 1;
        job
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue")
            .field("capacity", &self.capacity)
            .field("waiting", &self.lock().waiting)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_contained_and_the_pool_goes_on() {
        let workers = Workers::start("test", 1, 4).unwrap();
        let panicked = workers.run(OWN, || -> u8 { panic!("on purpose") }).await;
        assert_eq!(panicked, Err(WorkError::Panicked));
        assert_eq!(workers.run(OWN, || 7).await, Ok(7));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_full_queue_says_so_at_once() {
        let workers = Arc::new(Workers::start("test", 1, 1).unwrap());
        let (release, held) = std::sync::mpsc::sync_channel::<()>(0);
        let (started, begun) = oneshot::channel();
        let busy = tokio::spawn({
            let workers = Arc::clone(&workers);
            async move {
                let job = move || {
                    let _ = started.send(());
                    let _ = held.recv();
                };
                workers.run(OWN, job).await
            }
        });
        begun.await.unwrap();
        // Polled once, this one takes the only place in the queue.
        let mut waiting = Box::pin(workers.run(OWN, || 1));
        assert!(
            std::future::poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_pending())).await
        );
        assert_eq!(workers.run(OWN, || 2).await, Err(WorkError::Full));
        release.send(()).unwrap();
        assert_eq!(busy.await.unwrap(), Ok(()));
        assert_eq!(waiting.await, Ok(1));
    }

    #[tokio::test]
    async fn clients_take_turns_and_none_fills_the_queue_alone() {
        let workers = Workers::start("test", 1, 8).unwrap();
        let (release, held) = std::sync::mpsc::sync_channel::<()>(0);
        let mut first = Box::pin(workers.run(1, move || {
            let _ = held.recv();
        }));
        let polled = async |future: &mut (dyn Future<Output = _> + Unpin + Send)| {
            std::future::poll_fn(|cx| {
                Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx).is_pending())
            })
            .await
        };
        assert!(polled(&mut first).await);
        while workers.queue.lock().waiting > 0 {
            tokio::task::yield_now().await;
        }
        let order = Arc::new(Mutex::new(Vec::new()));
        let job = |client: u64| {
            let order = Arc::clone(&order);
            Box::pin(workers.run(client, move || order.lock().unwrap().push(client)))
        };
        let mut many: Vec<_> = (0..6).map(|_| job(1)).collect();
        for waiting in &mut many {
            assert!(polled(waiting).await);
        }
        assert_eq!(workers.run(1, || ()).await, Err(WorkError::Full));
        let mut other = job(2);
        assert!(polled(&mut other).await);
        release.send(()).unwrap();
        other.await.unwrap();
        for waiting in many {
            waiting.await.unwrap();
        }
        assert_eq!(order.lock().unwrap()[..2], [1, 2]);
    }
}
