//! Who gets a connection: a cap for all of them, and a share of it that no one user can exceed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Clients that are told at one time that there is no place for them; more are merely hung up on.
const TURNED_AWAY: usize = 64;

/// Counts the connections.
#[derive(Debug)]
pub(crate) struct Admission {
    /// Connections at once.
    max: usize,
    /// How many of them one user may have, so that nobody can lock the others out.
    share: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    /// Peers whom the kernel does not name share one count.
    by_user: HashMap<Option<u32>, usize>,
    turned_away: usize,
}

/// What a new connection gets.
#[derive(Debug)]
pub(crate) enum Admitted {
    /// A place to be served.
    Served(Place),
    /// None, but it is told so.
    TurnedAway(Place),
    /// Nothing at all.
    HungUp,
}

/// A place, given back on drop.
#[derive(Debug)]
pub(crate) struct Place {
    admission: Arc<Admission>,
    /// Whose place it is; `None` for one among those that are turned away.
    user: Option<Option<u32>>,
}

impl Admission {
    /// At most `max` connections, three quarters of them for any one user.
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self {
            max,
            share: max - max / 4,
            taken: Mutex::default(),
        })
    }

    /// Decides on a new connection of the user with that id.
    pub(crate) fn admit(self: &Arc<Self>, uid: Option<u32>) -> Admitted {
        let place = |user| Place {
            admission: Arc::clone(self),
            user,
        };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_user = taken.by_user.get(&uid).copied().unwrap_or(0);
        if taken.total < self.max && of_user < self.share {
            taken.total += 1;
            taken.by_user.insert(uid, of_user + 1);
            return Admitted::Served(place(Some(uid)));
        }
        if taken.turned_away < TURNED_AWAY {
            taken.turned_away += 1;
            return Admitted::TurnedAway(place(None));
        }
        Admitted::HungUp
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self
            .admission
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(uid) = self.user else {
            taken.turned_away -= 1;
            return;
        };
        taken.total -= 1;
        // Users come and go: who has no connection is not remembered.
        match taken.by_user.get_mut(&uid) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                taken.by_user.remove(&uid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(admission: &Arc<Admission>, uid: u32) -> Option<Place> {
        match admission.admit(Some(uid)) {
            Admitted::Served(place) => Some(place),
            _ => None,
        }
    }

    #[test]
    fn one_user_cannot_take_all_places() {
        let admission = Admission::new(8);
        let greedy: Vec<Place> = std::iter::from_fn(|| served(&admission, 1)).collect();
        assert_eq!(greedy.len(), 6);
        let modest = served(&admission, 2);
        assert!(modest.is_some());
        drop(greedy);
        assert!(served(&admission, 1).is_some());
    }

    #[test]
    fn there_are_no_more_places_than_the_cap() {
        let admission = Admission::new(4);
        let all: Vec<Place> = (0..10).filter_map(|uid| served(&admission, uid)).collect();
        assert_eq!(all.len(), 4);
        drop(all);
        assert!(admission.taken.lock().unwrap().by_user.is_empty());
        assert_eq!(admission.taken.lock().unwrap().total, 0);
    }

    #[test]
    fn the_smallest_cap_still_serves_somebody() {
        assert!(served(&Admission::new(1), 1).is_some());
    }

    #[test]
    fn those_turned_away_are_bounded_too() {
        let admission = Admission::new(1);
        let _place = served(&admission, 1);
        let mut waiting = Vec::new();
        while let Admitted::TurnedAway(place) = admission.admit(Some(1)) {
            waiting.push(place);
        }
        assert_eq!(waiting.len(), TURNED_AWAY);
        assert!(matches!(admission.admit(Some(2)), Admitted::HungUp));
        waiting.pop();
        assert!(matches!(admission.admit(Some(2)), Admitted::TurnedAway(_)));
    }
}
