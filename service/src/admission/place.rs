//! A connection's place, which may be given to another connection.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::sync::lock;

/// How long a client may take to send or to read before it counts as stalled.
const STALLED: Duration = Duration::from_secs(1);

/// What a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    /// It waits for a request, and nothing ends with it.
    Idle,
    /// It waits for a request, and streams or keys end with it.
    Holding,
    /// A request arrives, or a response is being taken.
    Transferring,
    /// A request is in flight.
    Working,
}

/// Which connection is closed first: the lowest.
pub(super) type Rank = (u8, Instant);

/// A connection's place.
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
    /// Notes what the connection does from now on; `false` if its place was given to another.
    pub(super) fn note(&self, activity: Activity) -> bool {
        let mut state = lock(&self.state);
        state.activity = activity;
        state.since = Instant::now();
        !state.is_evicted
    }

    /// When it is its turn to be closed, the one that is idle for longest first; `None` for one that
    /// must stay.
    pub(super) fn rank(&self) -> Option<Rank> {
        lock(&self.state).rank()
    }

    /// Makes the connection end, unless it has done something since it had this rank.
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
