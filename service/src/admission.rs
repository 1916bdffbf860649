//! Admission of connections: a limit on all of them, and a share for each user, so that another user
//! can always connect.

mod place;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::sync::lock;
pub(crate) use place::Activity;
use place::Place;

/// Clients that receive a busy response at the same time; further ones are only disconnected.
const TURNED_AWAY: usize = 64;
/// A user may have this many times as many connections as there are free slots: one user alone has
/// at most three quarters of all, two have three sevenths each.
const FREE_SLOT_FACTOR: usize = 3;

/// A user, by the id that the kernel reports; peers without an id count as one user.
pub(crate) type User = Option<u32>;

/// Limits the number of connections.
#[derive(Debug)]
pub(crate) struct Admission {
    /// The maximum number of connections.
    max: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_user: HashMap<User, HashMap<u64, Arc<Place>>>,
    /// The number of the next place.
    next: u64,
    turned_away: usize,
}

/// The decision on a new connection.
#[derive(Debug)]
pub(crate) enum Admitted {
    /// It gets a slot.
    Served(Slot),
    /// It gets a slot, and a connection of another user is closed for it.
    ServedByEviction(Slot),
    /// It gets no slot, but a response with the reason.
    TurnedAway(Slot),
    /// It is closed without a response.
    Dropped,
}

/// A connection slot, released on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    admission: Arc<Admission>,
    /// `None` for a connection that is turned away.
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    user: User,
    number: u64,
    place: Arc<Place>,
}

impl Admission {
    /// Allows at most `max` connections.
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self {
            max,
            taken: Mutex::default(),
        })
    }

    /// Decides on a new connection of a user.
    ///
    /// Without a free slot, it gets the slot of an idle connection of the user with the most connections,
    /// if that user still has more than this one afterwards.
    pub(crate) fn admit(self: &Arc<Self>, user: User) -> Admitted {
        let mut taken = lock(&self.taken);
        if taken.of(user) < FREE_SLOT_FACTOR * (self.max - taken.total) {
            return Admitted::Served(self.slot(Some(taken.enter(user))));
        }
        if taken.evict_for(user) {
            return Admitted::ServedByEviction(self.slot(Some(taken.enter(user))));
        }
        if taken.turned_away < TURNED_AWAY {
            taken.turned_away += 1;
            return Admitted::TurnedAway(self.slot(None));
        }
        Admitted::Dropped
    }

    fn slot(self: &Arc<Self>, held: Option<Held>) -> Slot {
        Slot {
            admission: Arc::clone(self),
            held,
        }
    }
}

impl Taken {
    fn of(&self, user: User) -> usize {
        self.by_user.get(&user).map_or(0, HashMap::len)
    }

    fn enter(&mut self, user: User) -> Held {
        let number = self.next;
        self.next += 1;
        let place = Arc::<Place>::default();
        let places = self.by_user.entry(user).or_default();
        places.insert(number, Arc::clone(&place));
        self.total += 1;
        Held {
            user,
            number,
            place,
        }
    }

    /// Does nothing if the place was given to another connection.
    fn leave(&mut self, user: User, number: u64) {
        let Some(places) = self.by_user.get_mut(&user) else {
            return;
        };
        if places.remove(&number).is_some() {
            self.total -= 1;
        }
        // Users without connections are forgotten.
        if places.is_empty() {
            self.by_user.remove(&user);
        }
    }

    /// Evicts a connection of a user who has more than `user` even afterwards; whether there is one.
    fn evict_for(&mut self, user: User) -> bool {
        let own = self.of(user);
        let mut richer: Vec<(User, usize)> = self
            .by_user
            .iter()
            .map(|(other, places)| (*other, places.len()))
            .filter(|(_, count)| *count > own + 1)
            .collect();
        richer.sort_unstable_by_key(|(_, count)| Reverse(*count));
        for (other, _) in richer {
            let Some(places) = self.by_user.get(&other) else {
                continue;
            };
            let mut ranked: Vec<_> = places
                .iter()
                .filter_map(|(number, place)| Some((place.rank()?, *number)))
                .collect();
            ranked.sort_unstable();
            // It may have become active at this moment.
            let evicted = ranked
                .into_iter()
                .find(|(rank, number)| places[number].evict(*rank));
            if let Some((_, number)) = evicted {
                self.leave(other, number);
                return true;
            }
        }
        false
    }
}

impl Slot {
    /// Records the connection's activity; `false` if the slot was given to another connection.
    pub(crate) fn note(&self, activity: Activity) -> bool {
        let held = self.held.as_ref();
        held.is_none_or(|held| held.place.note(activity))
    }

    /// Waits until the slot is given to another connection.
    pub(crate) async fn evicted(&self) {
        match &self.held {
            Some(held) => held.place.evicted().await,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = lock(&self.admission.taken);
        match &self.held {
            Some(held) => taken.leave(held.user, held.number),
            None => taken.turned_away -= 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(admission: &Arc<Admission>, uid: u32) -> Option<Slot> {
        match admission.admit(Some(uid)) {
            Admitted::Served(slot) | Admitted::ServedByEviction(slot) => Some(slot),
            _ => None,
        }
    }

    /// Connections of a user until no slot is free, each with a request in flight.
    fn as_many_as_possible(admission: &Arc<Admission>, uid: u32) -> Vec<Slot> {
        let slots = std::iter::from_fn(|| {
            let slot = served(admission, uid)?;
            assert!(slot.note(Activity::Working));
            Some(slot)
        });
        slots.collect()
    }

    fn evicted(slots: &[Slot]) -> usize {
        let held = slots.iter().filter_map(|slot| slot.held.as_ref());
        held.filter(|held| held.place.is_evicted()).count()
    }

    #[test]
    fn one_user_gets_three_quarters_and_another_can_always_connect() {
        let admission = Admission::new(1024);
        let counts: Vec<Vec<Slot>> = (0..5)
            .map(|uid| as_many_as_possible(&admission, uid))
            .collect();
        let counts: Vec<usize> = counts.iter().map(Vec::len).collect();
        assert_eq!(counts, [768, 192, 48, 12, 3]);
        let small = Admission::new(8);
        let greedy = as_many_as_possible(&small, 1);
        assert_eq!(greedy.len(), 6);
        assert!(served(&small, 2).is_some());
        drop(greedy);
        assert!(served(&small, 1).is_some());
    }

    #[test]
    fn evicts_idle_connections_of_the_user_with_most() {
        let admission = Admission::new(16);
        let first: Vec<Slot> = (0..12).filter_map(|_| served(&admission, 1)).collect();
        let second: Vec<Slot> = (0..100).map_while(|_| served(&admission, 2)).collect();
        // They have the same number, or nearly so.
        let left = first.len() - evicted(&first);
        assert!(second.len().abs_diff(left) <= 1, "{} {left}", second.len());
        let third: Vec<Slot> = (0..100).map_while(|_| served(&admission, 3)).collect();
        assert!(third.len() >= 4, "{}", third.len());
        assert!(served(&admission, 4).is_some());
        drop((first, second, third));
        assert!(lock(&admission.taken).by_user.is_empty());
        assert_eq!(lock(&admission.taken).total, 0);
    }

    #[test]
    fn keeps_busy_connections_and_evicts_those_with_state_last() {
        let admission = Admission::new(4);
        let slots: Vec<Slot> = (0..3).filter_map(|_| served(&admission, 1)).collect();
        slots[0].note(Activity::Working);
        slots[1].note(Activity::Holding);
        slots[2].note(Activity::Idle);
        let _second = served(&admission, 2).unwrap();
        assert_eq!(evicted(&slots), 0);
        let _third = served(&admission, 3).unwrap();
        assert!(!slots[2].note(Activity::Transferring));
        // Each user then has one at most.
        let _fourth = served(&admission, 4).unwrap();
        assert!(!slots[1].note(Activity::Holding));
        assert!(slots[0].note(Activity::Working));
        assert!(served(&admission, 5).is_none());
    }

    #[test]
    fn never_exceeds_the_maximum() {
        let admission = Admission::new(4);
        let all: Vec<Slot> = (0..10).filter_map(|uid| served(&admission, uid)).collect();
        assert_eq!(all.len(), 4);
        drop(all);
        assert!(lock(&admission.taken).by_user.is_empty());
        assert_eq!(lock(&admission.taken).total, 0);
    }

    #[test]
    fn serves_a_client_with_the_smallest_maximum() {
        assert!(served(&Admission::new(1), 1).is_some());
    }

    #[test]
    fn bounds_connections_that_are_turned_away() {
        let admission = Admission::new(1);
        let _slot = served(&admission, 1);
        let mut waiting = Vec::new();
        while let Admitted::TurnedAway(slot) = admission.admit(Some(1)) {
            waiting.push(slot);
        }
        assert_eq!(waiting.len(), TURNED_AWAY);
        assert!(matches!(admission.admit(Some(2)), Admitted::Dropped));
        waiting.pop();
        assert!(matches!(admission.admit(Some(2)), Admitted::TurnedAway(_)));
    }
}
