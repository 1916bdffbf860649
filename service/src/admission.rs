//! Who gets a connection: a cap for all of them, and a share of it for each user, so that there is
//! always a place for one more user.

mod place;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::sync::lock;
pub(crate) use place::Activity;
use place::Place;

/// Clients that are told at one time that there is no slot for them; more are merely hung up on.
const TURNED_AWAY: usize = 64;
/// A user may have this many times as many connections as there are free slots: one user alone has
/// three quarters of all at most, two have three sevenths each.
const TIMES_FREE: usize = 3;

/// A user, by the id that the kernel reports; peers without an id count as one user.
pub(crate) type User = Option<u32>;

/// Counts the connections.
#[derive(Debug)]
pub(crate) struct Admission {
    /// Connections at once.
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

/// What a new connection gets.
#[derive(Debug)]
pub(crate) enum Admitted {
    /// A slot to be served.
    Served(Slot),
    /// The same, and a connection of another user is closed for it.
    InsteadOfOther(Slot),
    /// None, but it receives a response that says so.
    TurnedAway(Slot),
    /// Nothing at all.
    HungUp,
}

/// A slot among the connections, given back on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    admission: Arc<Admission>,
    /// `None` for one among those that are turned away.
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    user: User,
    number: u64,
    place: Arc<Place>,
}

impl Admission {
    /// At most `max` connections.
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self {
            max,
            taken: Mutex::default(),
        })
    }

    /// Decides on a new connection of a user.
    ///
    /// Where there is no slot for it, it gets that of an idle connection of the user who has most, if
    /// that user has more than this one even then.
    pub(crate) fn admit(self: &Arc<Self>, user: User) -> Admitted {
        let mut taken = lock(&self.taken);
        if taken.of(user) < TIMES_FREE * (self.max - taken.total) {
            return Admitted::Served(self.slot(Some(taken.enter(user))));
        }
        if taken.evict_for(user) {
            return Admitted::InsteadOfOther(self.slot(Some(taken.enter(user))));
        }
        if taken.turned_away < TURNED_AWAY {
            taken.turned_away += 1;
            return Admitted::TurnedAway(self.slot(None));
        }
        Admitted::HungUp
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

    /// Does nothing for a place that was given to another.
    fn leave(&mut self, user: User, number: u64) {
        let Some(places) = self.by_user.get_mut(&user) else {
            return;
        };
        if places.remove(&number).is_some() {
            self.total -= 1;
        }
        // Users come and go: one without connections is not remembered.
        if places.is_empty() {
            self.by_user.remove(&user);
        }
    }

    /// Makes a connection end whose user has more than `user` even without it; whether there is one.
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
            // One may have begun to do something at this moment.
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
    /// Notes what its connection does from now on; `false` if the slot was given to another.
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
            Admitted::Served(slot) | Admitted::InsteadOfOther(slot) => Some(slot),
            _ => None,
        }
    }

    /// Connections of a user until there is no slot for more, all busy with a request.
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
    fn one_user_has_three_quarters_and_there_is_always_a_place_for_another() {
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
    fn idle_connections_of_the_user_with_most_are_closed_for_one_with_less() {
        let admission = Admission::new(16);
        let first: Vec<Slot> = (0..12).filter_map(|_| served(&admission, 1)).collect();
        let second: Vec<Slot> = (0..100).map_while(|_| served(&admission, 2)).collect();
        // They have as many as each other, or nearly so.
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
    fn a_connection_with_a_request_in_flight_stays_and_one_that_holds_something_goes_last() {
        let admission = Admission::new(4);
        let slots: Vec<Slot> = (0..3).filter_map(|_| served(&admission, 1)).collect();
        slots[0].note(Activity::Working);
        slots[1].note(Activity::Holding);
        slots[2].note(Activity::Idle);
        let _second = served(&admission, 2).unwrap();
        assert_eq!(evicted(&slots), 0);
        let _third = served(&admission, 3).unwrap();
        assert!(!slots[2].note(Activity::Transferring));
        // Everybody has one at most then.
        let _fourth = served(&admission, 4).unwrap();
        assert!(!slots[1].note(Activity::Holding));
        assert!(slots[0].note(Activity::Working));
        assert!(served(&admission, 5).is_none());
    }

    #[test]
    fn there_are_no_more_slots_than_the_cap() {
        let admission = Admission::new(4);
        let all: Vec<Slot> = (0..10).filter_map(|uid| served(&admission, uid)).collect();
        assert_eq!(all.len(), 4);
        drop(all);
        assert!(lock(&admission.taken).by_user.is_empty());
        assert_eq!(lock(&admission.taken).total, 0);
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
