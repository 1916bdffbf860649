//! Objects on devices that have no key.

use super::*;
use crate::key_store::{Intents, Orphans};
use parsec_provider::Journal as _;
use std::sync::Arc;

#[test]
fn an_intent_ends_when_the_key_is_stored_and_begins_when_it_is_removed() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open().unwrap());
    let journal = Intents {
        store: Arc::clone(&store),
        key_space: "a".into(),
    };
    let left = |which| store.orphans("a", which).unwrap();
    journal.intend(b"one").unwrap();
    journal.intend(b"two").unwrap();
    assert_eq!(left(Orphans::All), [b"one".to_vec(), b"two".to_vec()]);
    assert!(left(Orphans::OfRemovedKeys).is_empty());
    assert!(store.orphans("b", Orphans::All).unwrap().is_empty());

    let web = owner("web");
    let stored = store.insert(&web, "a", "k", &key(b"m"), Expiry::Never, Some(b"one"));
    let Insert::Inserted(id) = stored.unwrap() else {
        panic!("the name is free")
    };
    assert_eq!(left(Orphans::All), [b"two".to_vec()]);
    // A name that is taken leaves the intent where it is: the object has to go.
    let taken = store.insert(&web, "a", "k", &key(b"m"), Expiry::Never, Some(b"two"));
    assert_eq!(taken.unwrap(), Insert::NameTaken);
    assert_eq!(left(Orphans::All), [b"two".to_vec()]);
    journal.settle(b"two").unwrap();

    assert!(store.remove(id, Some(("a", b"one"))).unwrap());
    assert_eq!(left(Orphans::OfRemovedKeys), [b"one".to_vec()]);
    // Nobody who comes second writes it again after it was settled.
    journal.settle(b"one").unwrap();
    assert!(!store.remove(id, Some(("a", b"one"))).unwrap());
    assert!(left(Orphans::All).is_empty());
}

#[test]
fn intents_outlive_the_process() {
    let scratch = Scratch::new();
    let journal = Intents {
        store: Arc::new(scratch.open().unwrap()),
        key_space: "a".into(),
    };
    journal.intend(b"one").unwrap();
    drop(journal);
    let store = scratch.open().unwrap();
    assert_eq!(store.orphans("a", Orphans::All).unwrap(), [b"one".to_vec()]);
}

#[test]
fn materials_are_those_of_one_provider_and_can_be_read() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    for (provider, name) in [("a", "one"), ("a", "two"), ("b", "one")] {
        let made = key(name.as_bytes());
        store
            .insert(&owner("web"), provider, name, &made, Expiry::Never, None)
            .unwrap();
    }
    scratch.tamper("UPDATE key SET material = x'00' WHERE provider = 'a' AND name = 'two'");
    let found = store.materials("a").unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].2.expose(), b"one");
}
