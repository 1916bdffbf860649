//! Compares the store with a map as its model.

use std::collections::BTreeMap;
use std::thread;

use proptest::prelude::*;

use super::*;
use crate::key_store::store::READERS;

#[derive(Debug, Clone)]
enum Act {
    Insert(u8, u8, u8, Vec<u8>),
    Remove(u8, u8, u8),
    Reopen,
}

fn act() -> impl Strategy<Value = Act> {
    let place = (0..3_u8, 0..2_u8, 0..4_u8);
    prop_oneof![
        4 => (place.clone(), proptest::collection::vec(any::<u8>(), 0..40))
            .prop_map(|((o, p, n), material)| Act::Insert(o, p, n, material)),
        2 => place.prop_map(|(o, p, n)| Act::Remove(o, p, n)),
        1 => Just(Act::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn behaves_like_a_map(acts in proptest::collection::vec(act(), 0..40)) {
        let scratch = Scratch::new();
        let mut store = Some(scratch.open().unwrap());
        let mut model: BTreeMap<(u8, u8, u8), Vec<u8>> = BTreeMap::new();
        let name = |n: u8| format!("key {n}");
        for act in acts {
            let open = store.as_ref().unwrap();
            match act {
                Act::Insert(o, p, n, material) => {
                    let inserted = open
                        .insert(&owner(&name(o)), &name(p), &name(n), &key(&material), Expiry::Never, None)
                        .unwrap();
                    let free = !model.contains_key(&(o, p, n));
                    prop_assert_eq!(inserted != Insert::NameTaken, free);
                    model.entry((o, p, n)).or_insert(material);
                }
                Act::Remove(o, p, n) => {
                    let found = open.find(&owner(&name(o)), &name(p), &name(n)).unwrap();
                    prop_assert_eq!(found.is_some(), model.remove(&(o, p, n)).is_some());
                    if let Some(found) = found {
                        prop_assert!(open.remove(found.id, None).unwrap());
                    }
                }
                Act::Reopen => {
                    drop(store.take());
                    store = Some(scratch.open().unwrap());
                }
            }
        }
        let open = store.unwrap();
        for o in 0..3 {
            let listed: Vec<(String, String)> = open
                .list(&owner(&name(o)))
                .unwrap()
                .into_iter()
                .map(|key| (key.provider, key.name))
                .collect();
            let known: Vec<(String, String)> = model
                .keys()
                .filter(|(owner, ..)| *owner == o)
                .map(|(_, p, n)| (name(*p), name(*n)))
                .collect();
            prop_assert_eq!(listed, known);
        }
        for ((o, p, n), material) in model {
            let found = open.find(&owner(&name(o)), &name(p), &name(n)).unwrap().unwrap();
            prop_assert_eq!(found.material.expose(), &material[..]);
        }
    }
}

#[test]
fn one_of_many_concurrent_inserts_gets_the_name() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let winners: Vec<Vec<usize>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|worker| {
                let store = &store;
                scope.spawn(move || (0..20).map(|n| wins(store, worker, n)).collect())
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect()
    });
    for n in 0..20 {
        let won: usize = winners.iter().map(|wins: &Vec<usize>| wins[n]).sum();
        assert_eq!(won, 1, "key {n}");
    }
    assert_eq!(store.list(&owner("web")).unwrap().len(), 20);
}

/// 1 if this worker's key got the name. The stored key is complete in either case.
fn wins(store: &KeyStore, worker: u8, n: usize) -> usize {
    let name = format!("key {n}");
    let inserted = store
        .insert(
            &owner("web"),
            "a",
            &name,
            &key(&[worker; 16]),
            Expiry::Never,
            None,
        )
        .unwrap();
    let found = store.find(&owner("web"), "a", &name).unwrap().unwrap();
    let material = found.material.expose();
    assert!(material.iter().all(|byte| *byte == material[0]));
    match inserted {
        Insert::NameTaken => 0,
        Insert::Inserted(id) => {
            assert_eq!((id, material[0]), (found.id, worker));
            1
        }
    }
}

#[test]
fn the_store_survives_a_panic_while_it_is_locked() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    for connection in store.readers.iter().chain([&store.writer]) {
        let panicked = thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _held = connection.lock();
                    panic!("on purpose");
                })
                .join()
        });
        assert!(panicked.is_err() && connection.is_poisoned());
    }
    store
        .insert(&owner("web"), "a", "k", &key(b"m"), Expiry::Never, None)
        .unwrap();
    for _ in 0..=READERS {
        assert!(store.find(&owner("web"), "a", "k").unwrap().is_some());
    }
}
