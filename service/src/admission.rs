//! Who gets a connection: a cap for all of them, and a share of it that no one user can exceed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::sync::lock;

/// Clients that are told at one time that there is no slot for them; more are merely hung up on.
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
    /// A slot to be served.
    Served(Slot),
    /// None, but it is told so.
    TurnedAway(Slot),
    /// Nothing at all.
    HungUp,
}

/// A slot among the connections, given back on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    admission: Arc<Admission>,
    /// Whose slot it is; `None` for one among those that are turned away.
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
        let slot = |user| Slot {
            admission: Arc::clone(self),
            user,
        };
        let mut taken = lock(&self.taken);
        let of_user = taken.by_user.get(&uid).copied().unwrap_or(0);
        if taken.total < self.max && of_user < self.share {
            taken.total += 1;
            taken.by_user.insert(uid, of_user + 1);
            return Admitted::Served(slot(Some(uid)));
        }
        if taken.turned_away < TURNED_AWAY {
            taken.turned_away += 1;
            return Admitted::TurnedAway(slot(None));
        }
        Admitted::HungUp
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = lock(&self.admission.taken);
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

    fn served(admission: &Arc<Admission>, uid: u32) -> Option<Slot> {
        match admission.admit(Some(uid)) {
            Admitted::Served(slot) => Some(slot),
            _ => None,
        }
    }

    #[test]
    fn one_user_cannot_take_all_slots() {
        let admission = Admission::new(8);
        let greedy: Vec<Slot> = std::iter::from_fn(|| served(&admission, 1)).collect();
        assert_eq!(greedy.len(), 6);
        let modest = served(&admission, 2);
        assert!(modest.is_some());
        drop(greedy);
        assert!(served(&admission, 1).is_some());
    }

    #[test]
    fn there_are_no_more_slots_than_the_cap() {
        let admission = Admission::new(4);
        let all: Vec<Slot> = (0..10).filter_map(|uid| served(&admission, uid)).collect();
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
        let _slot = served(&admission, 1);
        let mut waiting = Vec::new();
        while let Admitted::TurnedAway(slot) = admission.admit(Some(1)) {
            waiting.push(slot);
        }
        assert_eq!(waiting.len(), TURNED_AWAY);
        assert!(matches!(admission.admit(Some(2)), Admitted::HungUp));
        waiting.pop();
        assert!(matches!(admission.admit(Some(2)), Admitted::TurnedAway(_)));
    }
}
