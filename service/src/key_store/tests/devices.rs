//! The device that a provider is bound to, and keys that are missing from it.

use super::*;
use crate::key_store::{DeviceJournal, ReadOnlyJournal, release};
use parsec_provider::{Binding, Device, Journal as _};
use std::sync::Arc;

fn device() -> Device {
    Device {
        name: "0123".into(),
        manufacturer: "maker".into(),
        model: "model".into(),
        description: "the token".into(),
    }
}

fn add(store: &KeyStore, provider: &str, name: &str) -> KeyId {
    let made = key(name.as_bytes());
    let stored = store.insert(&owner("web"), provider, name, &made, Expiry::Never, None);
    match stored.unwrap() {
        Insert::Inserted(id) => id,
        Insert::NameTaken => panic!("the name is free"),
    }
}

#[test]
fn a_binding_persists_until_the_operator_releases_it() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open().unwrap());
    let journal = DeviceJournal::open(Arc::clone(&store), "a".into()).unwrap();
    assert_eq!(journal.binding().unwrap(), Binding::Unbound);
    assert!(!journal.knows_device().unwrap());
    journal.bind(&device()).unwrap();
    drop((journal, store));
    let looked = ReadOnlyJournal::read(&scratch.location(), "a").unwrap();
    assert_eq!(looked.binding().unwrap(), Binding::Bound(device()));
    let before = release(&scratch.location(), "a").unwrap();
    assert_eq!(before, Binding::Bound(device()));
    let store = scratch.open().unwrap();
    assert_eq!(store.binding("a").unwrap(), Binding::Released);
    assert_eq!(store.binding("b").unwrap(), Binding::Unbound);
}

#[test]
fn marks_keys_as_missing_until_they_are_found_or_removed() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open().unwrap());
    let ids = ["one", "two", "three"].map(|name| add(&store, "a", name));
    add(&store, "b", "other");
    let journal = DeviceJournal::open(Arc::clone(&store), "a".into()).unwrap();
    for id in ids {
        journal.missed(id);
        journal.missed(id);
    }
    let names = |after, limit| {
        let missing = store.missing(Some(&owner("web")), after, limit).unwrap();
        missing
            .into_iter()
            .map(|one| one.key.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(0, 10), ["one", "two", "three"]);
    assert_eq!(names(ids[0].0, 1), ["two"]);
    assert!(
        store
            .missing(Some(&owner("mail")), 0, 10)
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.missing_of_clients().unwrap(), [(owner("web"), 3)]);
    journal.found(ids[1]);
    assert!(store.remove(ids[2], None).unwrap());
    assert_eq!(names(0, 10), ["one"]);
    assert!(store.is_missing(ids[0]).unwrap() && !store.is_missing(ids[1]).unwrap());
    // The marks are on disk.
    drop(journal);
    let again = DeviceJournal::open(Arc::clone(&store), "a".into()).unwrap();
    assert!(again.has_missing());
    again.all_found();
    assert!(!again.has_missing() && names(0, 10).is_empty());
}

#[test]
fn lists_only_readable_keys_of_a_provider() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    for (provider, name) in [("a", "one"), ("a", "two"), ("b", "one")] {
        add(&store, provider, name);
    }
    scratch.tamper("UPDATE key SET material = x'00' WHERE provider = 'a' AND name = 'two'");
    let found = store.device_keys("a").unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].key.material.expose(), b"one");
    assert_eq!(store.samples("a").unwrap().len(), 1);
}
