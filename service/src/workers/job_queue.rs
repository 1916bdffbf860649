//! Queued jobs, and the turns of clients.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};

use tokio_util::sync::CancellationToken;

use super::lane::Lane;

/// Long jobs that may be started at the same time: each that gave way keeps a thread.
pub(super) const MAX_STARTED: usize = 64;
/// The same, for one client.
const MAX_STARTED_PER_CLIENT: usize = 8;

/// A job that was not started.
pub(super) struct Job {
    pub(super) number: u64,
    pub(super) client: u64,
    pub(super) lane: Lane,
    pub(super) abandoned: CancellationToken,
    pub(super) work: Box<dyn FnOnce() + Send>,
}

/// A job that gave way and waits on its thread to continue.
#[derive(Debug)]
pub(super) struct Parked {
    thread: Thread,
    continues: AtomicBool,
}

impl Parked {
    /// For the calling thread.
    pub(super) fn here() -> Arc<Self> {
        Arc::new(Self {
            thread: thread::current(),
            continues: AtomicBool::new(false),
        })
    }

    /// Waits on that thread.
    pub(super) fn wait(&self) {
        while !self.continues.load(Ordering::Acquire) {
            thread::park();
        }
    }

    pub(super) fn wake(&self) {
        self.continues.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// The next job to run.
pub(super) enum Next {
    Begin(Job),
    Continue(Arc<Parked>),
}

/// The jobs queued in one lane. Clients take turns: a client with many queued jobs only delays itself.
#[derive(Default)]
pub(super) struct JobQueue {
    clients: HashMap<u64, Waiting>,
    /// The clients with queued jobs, the next one first.
    turns: VecDeque<u64>,
    waiting: usize,
    begun: usize,
}

/// A client's jobs in a lane.
#[derive(Default)]
struct Waiting {
    new: VecDeque<Job>,
    parked: VecDeque<Arc<Parked>>,
    /// Its jobs that were started and have not ended.
    begun: usize,
    /// Whether the last job taken was one that had given way.
    continued_last: bool,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.new.is_empty() && self.parked.is_empty()
    }

    fn may_begin(&self, lane: Lane, begun_of_all: usize) -> bool {
        !self.new.is_empty()
            && (lane == Lane::Quick
                || (begun_of_all < MAX_STARTED && self.begun < MAX_STARTED_PER_CLIENT))
    }

    /// Alternates between new jobs and jobs that gave way.
    fn take(&mut self, may_begin: bool) -> Option<Next> {
        if may_begin && (self.parked.is_empty() || self.continued_last) {
            self.continued_last = false;
            return self.new.pop_front().map(Next::Begin);
        }
        self.continued_last = true;
        self.parked.pop_front().map(Next::Continue)
    }
}

impl JobQueue {
    /// The number of queued jobs, new ones and those that gave way.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// The number of a client's new jobs.
    pub(super) fn new_of(&self, client: u64) -> usize {
        self.clients.get(&client).map_or(0, |own| own.new.len())
    }

    pub(super) fn push(&mut self, job: Job) {
        let client = job.client;
        self.wait(client).new.push_back(job);
    }

    pub(super) fn push_parked(&mut self, client: u64, parked: Arc<Parked>) {
        self.wait(client).parked.push_back(parked);
    }

    fn wait(&mut self, client: u64) -> &mut Waiting {
        self.waiting += 1;
        let own = self.clients.entry(client).or_default();
        if own.is_empty() {
            self.turns.push_back(client);
        }
        own
    }

    /// Removes a job that was not started.
    pub(super) fn withdraw(&mut self, client: u64, number: u64) -> Option<Job> {
        let own = self.clients.get_mut(&client)?;
        let position = own.new.iter().position(|job| job.number == number)?;
        let job = own.new.remove(position);
        self.waiting -= 1;
        if own.is_empty() {
            self.turns.retain(|one| *one != client);
        }
        self.forget_if_idle(client);
        job
    }

    /// Whether a queued job may run.
    pub(super) fn has_next(&self, lane: Lane) -> bool {
        self.turns.iter().any(|client| {
            self.clients
                .get(client)
                .is_some_and(|own| !own.parked.is_empty() || own.may_begin(lane, self.begun))
        })
    }

    /// Takes the next job that may run.
    pub(super) fn take(&mut self, lane: Lane) -> Option<Next> {
        for _ in 0..self.turns.len() {
            let client = self.turns.pop_front()?;
            let Some(own) = self.clients.get_mut(&client) else {
                continue;
            };
            let next = own.take(own.may_begin(lane, self.begun));
            if matches!(next, Some(Next::Begin(_))) {
                own.begun += 1;
                self.begun += 1;
            }
            if !own.is_empty() {
                self.turns.push_back(client);
            }
            if next.is_some() {
                self.waiting -= 1;
                return next;
            }
        }
        None
    }

    /// Counts a job that moved here from another lane.
    pub(super) fn adopt(&mut self, client: u64) {
        self.begun += 1;
        self.clients.entry(client).or_default().begun += 1;
    }

    /// Counts a job of the client that has ended, or moved to another lane.
    pub(super) fn ended(&mut self, client: u64) {
        self.begun = self.begun.saturating_sub(1);
        if let Some(own) = self.clients.get_mut(&client) {
            own.begun = own.begun.saturating_sub(1);
        }
        self.forget_if_idle(client);
    }

    fn forget_if_idle(&mut self, client: u64) {
        let is_idle = |own: &Waiting| own.is_empty() && own.begun == 0;
        if self.clients.get(&client).is_some_and(is_idle) {
            self.clients.remove(&client);
        }
    }

    /// Removes all jobs: new ones are dropped, and those that gave way are returned.
    pub(super) fn close(&mut self) -> Vec<Arc<Parked>> {
        self.turns.clear();
        self.waiting = 0;
        self.clients
            .drain()
            .flat_map(|(_, own)| own.parked)
            .collect()
    }
}
