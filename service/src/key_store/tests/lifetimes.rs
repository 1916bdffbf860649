//! Expiring and renaming keys.

use super::*;

fn insert(store: &KeyStore, name: &str, expiry: Expiry) {
    let inserted = store.insert(
        &owner("web"),
        "a",
        name,
        &key(name.as_bytes()),
        expiry,
        None,
    );
    assert!(matches!(inserted, Ok(Insert::Inserted(_))));
}

fn names(ended: Vec<(Identity, StoredKey)>) -> Vec<String> {
    ended
        .into_iter()
        .map(|(owner, key)| format!("{}/{}", owner.name, key.name))
        .collect()
}

#[test]
fn an_expired_key_is_destroyed_immediately() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let web = owner("web");
    insert(&store, "old", Expiry::At(now() - 1));
    insert(&store, "young", Expiry::At(now() + 3600));
    insert(&store, "ever", Expiry::Never);
    assert!(store.find(&web, "a", "old").unwrap().is_none());
    assert!(!store.exists(&web, "a", "old").unwrap());
    let listed: Vec<String> = store
        .list(&web)
        .unwrap()
        .into_iter()
        .map(|key| key.name)
        .collect();
    assert_eq!(listed, ["ever", "young"]);
    // It is still on disk until it is cleaned up.
    assert_eq!(names(store.expired(ExpiredBy::Time).unwrap()), ["web/old"]);
    let old = store.load(&web, "a", "old").unwrap().unwrap();
    assert!(store.expiry(old.id).unwrap().is_expired());
    let young = store.find(&web, "a", "young").unwrap().unwrap();
    assert!(matches!(store.expiry(young.id).unwrap(), Expiry::At(time) if time > now()));
}

#[test]
fn an_owner_with_only_expired_keys_is_not_listed() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    insert(&store, "old", Expiry::At(now() - 1));
    assert!(store.owners(AuthType::Direct).unwrap().is_empty());
}

#[test]
fn keys_expire_with_their_session() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    insert(&store, "one", Expiry::WithSession(1));
    insert(&store, "two", Expiry::WithSession(2));
    insert(&store, "ever", Expiry::Never);
    let one = store.find(&owner("web"), "a", "one").unwrap().unwrap();
    assert_eq!(store.expiry(one.id).unwrap(), Expiry::WithSession(1));
    assert_eq!(
        names(store.expired(ExpiredBy::Session(1)).unwrap()),
        ["web/one"]
    );
    assert_eq!(store.expired(ExpiredBy::Session(3)).unwrap(), []);
    assert_eq!(
        names(store.expired(ExpiredBy::AllSessions).unwrap()),
        ["web/one", "web/two"]
    );
    assert_eq!(store.expired(ExpiredBy::Time).unwrap(), []);
}

#[test]
fn renaming_changes_only_the_name() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let web = owner("web");
    insert(&store, "a", Expiry::Never);
    insert(&store, "b", Expiry::Never);
    let before = store.find(&web, "a", "a").unwrap().unwrap();
    let rename = |old, new| store.rename(&web, "a", old, new).unwrap();
    assert_eq!(rename("c", "d"), Rename::NoSuchKey);
    assert_eq!(rename("a", "b"), Rename::NameTaken);
    assert_eq!(rename("a", "c"), Rename::Renamed);
    assert!(store.find(&web, "a", "a").unwrap().is_none());
    let after = store.find(&web, "a", "c").unwrap().unwrap();
    assert_eq!(after.id, before.id);
    assert_eq!(after.attributes, before.attributes);
    assert_eq!(after.material.expose(), b"a");
    let other = store.rename(&owner("mail"), "a", "c", "d").unwrap();
    assert_eq!(other, Rename::NoSuchKey);
    drop(store);
    let store = scratch.open().unwrap();
    assert!(store.find(&web, "a", "c").unwrap().is_some());
}

#[test]
fn loads_a_renamed_key_by_its_number() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let web = owner("web");
    let insert = |name: &str, material: &[u8]| {
        let inserted = store.insert(&web, "a", name, &key(material), Expiry::Never, None);
        match inserted.unwrap() {
            Insert::Inserted(id) => id,
            Insert::NameTaken => panic!("{name} is taken"),
        }
    };
    let material = |id| {
        let loaded = store.load_numbered(id).unwrap();
        loaded.map(|key| key.material.expose().to_vec())
    };
    let first = insert("k", b"first");
    assert_eq!(
        store.rename(&web, "a", "k", "renamed").unwrap(),
        Rename::Renamed
    );
    let second = insert("k", b"second");
    assert_eq!(material(first).as_deref(), Some(&b"first"[..]));
    assert_eq!(material(second).as_deref(), Some(&b"second"[..]));
    assert!(store.remove(first, None).unwrap());
    assert_eq!(material(first), None);
}
