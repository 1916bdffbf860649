//! The place of a connection, which may be given to another connection.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::sync::lock;

/// How long a client may take to send or to read before it counts as stalled.
const STALLED: Duration = Duration::from_secs(1);

/// The current activity of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    /// It waits for a request, and has no streams or keys.
    Idle,
    /// It waits for a request, and has streams or keys that end with it.
    Holding,
    /// A request is being read, or a response written.
    Transferring,
    /// A request is in flight.
    Working,
}

/// The order in which connections are evicted, lowest first.
pub(super) type Rank = (u8, Instant);

/// The place of a connection.
#[derive(Debug)]
pub(super) struct Place {
    state: Mutex<State>,
    evicted: Notify,
}

#[derive(Debug)]
struct State {
    activity: Activity,
    since: Instant,
    is_evicted: bool,
}

impl Default for Place {
    fn default() -> Self {
        let state = State {
            activity: Activity::Idle,
            since: Instant::now(),
            is_evicted: false,
        };
        Self {
            state: Mutex::new(state),
            evicted: Notify::new(),
        }
    }
}

impl Place {
    /// Records the connection's activity; `false` if its place was given to another.
    pub(super) fn note(&self, activity: Activity) -> bool {
        let mut state = lock(&self.state);
        state.activity = activity;
        state.since = Instant::now();
        !state.is_evicted
    }

    /// The connection's rank for eviction, the longest idle first; `None` if it must stay.
    pub(super) fn rank(&self) -> Option<Rank> {
        lock(&self.state).rank()
    }

    /// Evicts the connection, unless it was active since it had this rank.
    pub(super) fn evict(&self, rank: Rank) -> bool {
        let mut state = lock(&self.state);
        if state.rank() != Some(rank) {
            return false;
        }
        state.is_evicted = true;
        self.evicted.notify_one();
        true
    }

    /// Whether the place was given to another connection.
    pub(super) fn is_evicted(&self) -> bool {
        lock(&self.state).is_evicted
    }

    /// Waits until the place is given to another connection.
    pub(super) async fn evicted(&self) {
        if !self.is_evicted() {
            self.evicted.notified().await;
        }
    }
}

impl State {
    fn rank(&self) -> Option<Rank> {
        let class = match self.activity {
            _ if self.is_evicted => return None,
            Activity::Idle => 0,
            Activity::Transferring if self.since.elapsed() > STALLED => 1,
            Activity::Holding => 2,
            Activity::Transferring | Activity::Working => return None,
        };
        Some((class, self.since))
    }
}
