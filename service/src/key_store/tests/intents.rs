//! Objects on devices that have no key, or whose key is being destroyed.

use super::*;
use crate::key_store::DeviceJournal;
use parsec_provider::Journal as _;
use std::sync::Arc;

fn journal(store: &Arc<KeyStore>) -> DeviceJournal {
    DeviceJournal::open(Arc::clone(store), "a".into()).unwrap()
}

fn insert(store: &KeyStore, object: &[u8]) -> Insert {
    let stored = store.insert(
        &owner("web"),
        "a",
        "k",
        &key(b"m"),
        Expiry::Never,
        Some(object),
    );
    stored.unwrap()
}

fn inserted(store: &KeyStore, object: &[u8]) -> KeyId {
    match insert(store, object) {
        Insert::Inserted(id) => id,
        Insert::NameTaken => panic!("the name is free"),
    }
}

#[test]
fn objects_being_created_at_a_stop_are_orphans() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open().unwrap());
    let made = journal(&store);
    made.intend(b"one").unwrap();
    made.intend(b"two").unwrap();
    // An object that is being created now is not an orphan.
    assert!(store.orphans("a").unwrap().is_empty());
    inserted(&store, b"one");
    // If the name is taken, the intent stays, because the object must be removed.
    assert_eq!(insert(&store, b"two"), Insert::NameTaken);
    drop((made, store));
    let store = Arc::new(scratch.open().unwrap());
    assert_eq!(store.orphans("a").unwrap(), [b"two".to_vec()]);
    assert!(store.orphans("b").unwrap().is_empty());
    journal(&store).settle(b"two").unwrap();
    assert!(store.orphans("a").unwrap().is_empty());
}

#[test]
fn the_object_of_a_removed_key_is_an_orphan_until_settled() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let id = inserted(&store, b"one");
    assert!(store.remove(id, Some(("a", b"one"))).unwrap());
    assert_eq!(store.orphans("a").unwrap(), [b"one".to_vec()]);
    store.settle("a", b"one").unwrap();
    // A second removal does not record it again after it was settled.
    assert!(!store.remove(id, Some(("a", b"one"))).unwrap());
    assert!(store.orphans("a").unwrap().is_empty());
}

#[test]
fn a_key_stays_until_its_object_is_destroyed() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let id = inserted(&store, b"one");
    let is_there = |store: &KeyStore| store.find(&owner("web"), "a", "k").unwrap().is_some();
    assert!(store.begin_destroy(id, "a", b"one").unwrap());
    assert!(is_there(&store));
    assert!(store.cancel_destroy(id, "a", b"one").unwrap());
    assert!(is_there(&store));
    assert!(store.orphans("a").unwrap().is_empty());
    // The service stops in the middle of the second attempt.
    assert!(store.begin_destroy(id, "a", b"one").unwrap());
    drop(store);
    let store = scratch.open().unwrap();
    assert!(is_there(&store));
    assert_eq!(store.interrupted("a").unwrap(), [b"one".to_vec()]);
    assert!(store.finish_destroy(id, "a", b"one", true).unwrap());
    assert!(!is_there(&store));
    // A part may remain.
    assert_eq!(store.orphans("a").unwrap(), [b"one".to_vec()]);
    assert!(!store.begin_destroy(id, "a", b"one").unwrap());
    assert!(!store.finish_destroy(id, "a", b"one", false).unwrap());
    assert!(store.orphans("a").unwrap().is_empty());
}

#[test]
fn a_key_whose_object_is_gone_is_removed_after_a_stop_before_the_end_of_its_deletion() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open().unwrap());
    let id = inserted(&store, b"one");
    assert!(store.begin_destroy(id, "a", b"one").unwrap());
    // The provider has removed the object. The service stops before it removes the key.
    journal(&store).settle(b"one").unwrap();
    drop(store);
    let store = scratch.open().unwrap();
    assert_eq!(store.interrupted("a").unwrap(), [b"one".to_vec()]);
    assert!(store.finish_destroy(id, "a", b"one", false).unwrap());
    assert!(store.interrupted("a").unwrap().is_empty());
}
