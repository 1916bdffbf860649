//! The threads of a pool, and the jobs they run.
//!
//! As many jobs run as the pool is wide. A long job that gives way keeps its thread, on which it waits,
//! and another thread runs the jobs that go first.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use parsec_provider::turn::{self, Abandoned, Turn};
use tokio_util::sync::CancellationToken;

use super::job_queue::{Job, JobQueue, MAX_STARTED, Next, Parked};
use super::lane::Lane;
use crate::sync::lock;

/// How long a long job runs before another long job gets its turn. Quick jobs never wait for it.
const SLICE: Duration = Duration::from_millis(5);

/// The threads, and the queued jobs.
pub(super) struct Pool {
    name: String,
    /// Jobs that run at the same time.
    width: usize,
    /// Long jobs among them.
    long_width: usize,
    /// The maximum number of queued jobs, and of those of one client.
    capacity: usize,
    share: usize,
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    quick: JobQueue,
    long: JobQueue,
    running: usize,
    running_long: usize,
    /// The lane of the last job; if both lanes have jobs, they alternate.
    last: Lane,
    /// Jobs that have a place and wait for one of the idle threads.
    ready: VecDeque<Job>,
    idle: usize,
    parked: usize,
    threads: usize,
    next_number: u64,
    is_closed: bool,
}

impl State {
    fn line(&mut self, lane: Lane) -> &mut JobQueue {
        match lane {
            Lane::Quick => &mut self.quick,
            Lane::Long => &mut self.long,
        }
    }

    fn begin(&mut self, lane: Lane) {
        self.running += 1;
        self.running_long += usize::from(lane == Lane::Long);
    }

    fn end(&mut self, lane: Lane) {
        self.running -= 1;
        self.running_long -= usize::from(lane == Lane::Long);
    }
}

impl Pool {
    pub(super) fn new(name: &str, width: usize, waiting: usize) -> Arc<Self> {
        let width = width.max(1);
        Arc::new(Self {
            name: name.to_owned(),
            width,
            // One place is reserved for quick jobs, unless the hardware has only one.
            long_width: (width - 1).max(1),
            capacity: waiting,
            share: (waiting - waiting / 4).max(1),
            state: Mutex::default(),
            filled: Condvar::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Starts the permanent threads.
    pub(super) fn start(self: &Arc<Self>) -> std::io::Result<()> {
        let mut state = self.lock();
        for _ in 0..self.width {
            self.add_thread(&mut state)?;
        }
        Ok(())
    }

    fn add_thread(self: &Arc<Self>, state: &mut State) -> std::io::Result<()> {
        let pool = Arc::clone(self);
        let name = format!("{}-{}", self.name, state.threads);
        thread::Builder::new()
            .name(name)
            .spawn(move || pool.work())?;
        state.threads += 1;
        state.idle += 1;
        Ok(())
    }

    /// The number of queued jobs.
    pub(super) fn waiting(&self) -> usize {
        let state = self.lock();
        state.quick.waiting() + state.long.waiting()
    }

    /// Queues a job, if there is room, and returns its number. If a worker is free, the job starts
    /// immediately.
    pub(super) fn push(
        self: &Arc<Self>,
        client: u64,
        lane: Lane,
        abandoned: CancellationToken,
        work: Box<dyn FnOnce() + Send>,
    ) -> Option<u64> {
        let mut state = self.lock();
        let waiting = state.quick.waiting() + state.long.waiting();
        let own = state.quick.new_of(client) + state.long.new_of(client);
        let has_place = state.running < self.width
            && (lane == Lane::Quick || state.running_long < self.long_width);
        if !has_place && (waiting >= self.capacity || own >= self.share) {
            return None;
        }
        state.next_number += 1;
        let number = state.next_number;
        state.line(lane).push(Job {
            number,
            client,
            lane,
            abandoned,
            work,
        });
        self.advance(&mut state);
        Some(number)
    }

    /// Withdraws a job; `false` if it was started.
    pub(super) fn withdraw(&self, client: u64, lane: Lane, number: u64) -> bool {
        let withdrawn = self.lock().line(lane).withdraw(client, number);
        // Dropped without the lock, because it may hold much memory.
        withdrawn.is_some()
    }

    /// Assigns free places to the next jobs.
    fn advance(self: &Arc<Self>, state: &mut State) {
        if state.is_closed {
            return;
        }
        while let Some((lane, next)) = self.take(state) {
            state.last = lane;
            state.begin(lane);
            match next {
                Next::Continue(parked) => {
                    state.parked -= 1;
                    parked.wake();
                }
                Next::Begin(job) => {
                    state.ready.push_back(job);
                    // If no thread can be started now, one that ends its job takes it.
                    if state.ready.len() > state.idle
                        && let Err(error) = self.add_thread(state)
                    {
                        tracing::warn!(%error, pool = self.name, "a thread cannot be started");
                    }
                    self.filled.notify_one();
                }
            }
        }
    }

    fn take(&self, state: &mut State) -> Option<(Lane, Next)> {
        if state.running >= self.width {
            return None;
        }
        let long = state.running_long < self.long_width && state.long.has_next(Lane::Long);
        let lane = match (long, state.quick.waiting() > 0) {
            (true, true) => state.last.other(),
            (true, false) => Lane::Long,
            (false, true) => Lane::Quick,
            (false, false) => return None,
        };
        let next = state.line(lane).take(lane)?;
        Some((lane, next))
    }

    /// The loop of a thread, which starts idle.
    fn work(self: Arc<Self>) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.ready.pop_front() {
                state.idle -= 1;
                drop(state);
                let (client, lane) = self.run(job);
                state = self.lock();
                state.end(lane);
                state.line(lane).ended(client);
                state.idle += 1;
                self.advance(&mut state);
                continue;
            }
            if state.is_closed || state.idle > self.width {
                break;
            }
            state = self
                .filled
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.idle -= 1;
        state.threads -= 1;
    }

    /// Runs a job; returns its client and the lane in which it ended.
    fn run(self: &Arc<Self>, job: Job) -> (u64, Lane) {
        let place = Rc::new(Place {
            pool: Arc::clone(self),
            client: job.client,
            lane: Cell::new(job.lane),
            since: Cell::new(Instant::now()),
            abandoned: job.abandoned,
        });
        turn::in_turn(Rc::clone(&place) as Rc<dyn Turn>, job.work);
        (place.client, place.lane.get())
    }

    /// Starts no more jobs, and ends those that gave way.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        state.quick.close();
        for parked in state.long.close() {
            state.parked -= 1;
            state.begin(Lane::Long);
            parked.wake();
        }
        drop(state);
        self.filled.notify_all();
    }

    #[cfg(test)]
    pub(super) fn threads(&self) -> usize {
        self.lock().threads
    }
}

/// A running job.
struct Place {
    pool: Arc<Pool>,
    client: u64,
    lane: Cell<Lane>,
    since: Cell<Instant>,
    abandoned: CancellationToken,
}

impl Turn for Place {
    fn pause(&self) -> Result<(), Abandoned> {
        let is_over = self.abandoned.is_cancelled() || !self.give_way();
        if is_over || self.abandoned.is_cancelled() {
            return Err(Abandoned);
        }
        Ok(())
    }
}

impl Place {
    /// Lets the next jobs run first; `false` if the pool is closed.
    fn give_way(&self) -> bool {
        let mut state = self.pool.lock();
        if state.is_closed || !self.must_give_way(&state) {
            return !state.is_closed;
        }
        // Without a thread for the next job, nothing would run.
        if state.idle <= state.ready.len() && self.pool.add_thread(&mut state).is_err() {
            return true;
        }
        let lane = self.lane.replace(Lane::Long);
        state.end(lane);
        if lane == Lane::Quick {
            state.quick.ended(self.client);
            state.long.adopt(self.client);
        }
        let parked = Parked::here();
        state.long.push_parked(self.client, Arc::clone(&parked));
        state.parked += 1;
        state.last = Lane::Long;
        self.pool.advance(&mut state);
        drop(state);
        parked.wait();
        self.since.set(Instant::now());
        !self.pool.lock().is_closed
    }

    fn must_give_way(&self, state: &State) -> bool {
        // A job that is expected to be quick continues if too many jobs are parked.
        if self.lane.get() == Lane::Quick && state.parked >= MAX_STARTED {
            return false;
        }
        state.quick.waiting() > 0
            || self.lane.get() == Lane::Long
                && self.since.get().elapsed() >= SLICE
                && state.long.has_next(Lane::Long)
    }
}
