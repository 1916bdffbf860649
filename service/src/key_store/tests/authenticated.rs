//! Changes of the file by other programs are detected.

use std::sync::Arc;

use parsec_provider::Journal as _;

use super::*;
use crate::key_store::{DeviceJournal, ExpiredBy, Rename, check, rekey};

/// A closed store with rows in every table.
fn full() -> Scratch {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open().unwrap());
    add(&store, "ever", Expiry::Never);
    add(&store, "brief", Expiry::At(now() + 3600));
    add(&store, "session", Expiry::WithSession(7));
    store.set_disabled(&owner("mail"), true).unwrap();
    let journal = DeviceJournal::open(Arc::clone(&store), "a".to_owned()).unwrap();
    journal.intend(b"one").unwrap();
    scratch
}

fn add(store: &KeyStore, name: &str, expiry: Expiry) -> KeyId {
    let made = key(name.as_bytes());
    match store.insert(&owner("web"), "a", name, &made, expiry, None) {
        Ok(Insert::Inserted(id)) => id,
        other => panic!("{name}: {other:?}"),
    }
}

fn execute(scratch: &Scratch, sql: &str) {
    let connection = Connection::open(scratch.path()).unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn refuses_a_store_changed_by_another_program() {
    for change in [
        "UPDATE key SET expires_at = NULL WHERE name = 'brief'",
        "UPDATE key SET expires_at = 1 WHERE name = 'ever'",
        "UPDATE key SET session = NULL WHERE name = 'session'",
        "UPDATE key SET id = 99 WHERE name = 'ever'",
        "UPDATE key SET created_at = created_at - 1 WHERE name = 'ever'",
        "UPDATE key SET auth_type = 200 WHERE name = 'ever'",
        "DELETE FROM key WHERE name = 'ever'",
        "DELETE FROM key; DELETE FROM intent; DELETE FROM disabled_client",
        "DELETE FROM disabled_client",
        "UPDATE disabled_client SET owner = 'nobody'",
        "UPDATE disabled_client SET since = 0",
        "INSERT INTO disabled_client (auth_type, owner) VALUES (1, 'web')",
        "DELETE FROM intent",
        "UPDATE intent SET removing = 1",
        "INSERT INTO device (provider) VALUES ('a')",
        "INSERT INTO missing_key (id) VALUES (1)",
        "INSERT INTO intent (provider, object, removing) VALUES ('a', x'02', 1)",
        "DELETE FROM meta WHERE name = 'rows'",
        "DELETE FROM meta WHERE name = 'check'",
        "UPDATE meta SET value = zeroblob(68) WHERE name = 'rows'",
        "UPDATE meta SET value = (SELECT value FROM meta WHERE name = 'check') WHERE name = 'rows'",
        "CREATE TRIGGER t AFTER INSERT ON key BEGIN DELETE FROM disabled_client; END",
        "CREATE VIEW v AS SELECT * FROM key",
        "CREATE TABLE another (id INTEGER PRIMARY KEY) STRICT",
        "DROP INDEX key_session",
        "PRAGMA user_version = 4",
        "PRAGMA user_version = 0",
    ] {
        let scratch = full();
        execute(&scratch, change);
        let output = scratch.refusal();
        assert!(
            output.contains("is damaged (") && output.contains("backup"),
            "{change}: {output}"
        );
        let report = check(&scratch.location());
        let found = report.map_or(true, |report| !report.findings.is_empty());
        assert!(found, "{change}");
    }
}

#[test]
fn refuses_a_row_from_an_earlier_state_of_the_store() {
    for (before, after) in [
        // A key that was destroyed, and one that was renamed.
        ("SELECT * FROM old.key WHERE name = 'gone'", 1),
        ("SELECT * FROM old.key WHERE name = 'renamed'", 1),
        ("SELECT * FROM old.key WHERE name = 'kept'", 0),
    ] {
        let scratch = Scratch::new();
        let store = scratch.open().unwrap();
        let gone = add(&store, "gone", Expiry::Never);
        add(&store, "renamed", Expiry::Never);
        add(&store, "kept", Expiry::Never);
        let copy = scratch.folder.path().join("old");
        let into = copy.to_str().unwrap();
        lock(&store.writer)
            .execute("VACUUM INTO ?1", [into])
            .unwrap();
        assert!(store.remove(gone, None).unwrap());
        let renamed = store.rename(&owner("web"), "a", "renamed", "new").unwrap();
        assert_eq!(renamed, Rename::Renamed);
        drop(store);
        let connection = Connection::open(scratch.path()).unwrap();
        connection.execute("ATTACH ?1 AS old", [into]).unwrap();
        connection
            .execute(&format!("INSERT OR REPLACE INTO main.key {before}"), [])
            .unwrap();
        drop(connection);
        match after {
            1 => assert!(scratch.refusal().contains("damaged"), "{before}"),
            // The same row is not a change.
            _ => drop(scratch.open().unwrap()),
        }
    }
}

#[test]
fn accepts_every_change_by_the_service_itself() {
    let scratch = Scratch::new();
    let store = Arc::new(scratch.open().unwrap());
    let journal = DeviceJournal::open(Arc::clone(&store), "a".to_owned()).unwrap();
    let unchanged = |what: &str| {
        let report = check(&scratch.location()).unwrap();
        assert_eq!(report.findings, [""; 0], "{what}");
    };
    let web = owner("web");
    let id = add(&store, "k", Expiry::WithSessionOrAt(1, now() + 60));
    unchanged("insert");
    let taken = store.insert(&web, "a", "k", &key(b"m"), Expiry::Never, None);
    assert_eq!(taken.unwrap(), Insert::NameTaken);
    unchanged("a name that is taken");
    journal.intend(b"one").unwrap();
    journal.intend(b"one").unwrap();
    unchanged("an intent, twice");
    let with_object = store.insert(&web, "a", "l", &key(b"m"), Expiry::Never, Some(b"one"));
    assert!(matches!(with_object, Ok(Insert::Inserted(_))));
    unchanged("insert with an object");
    assert_eq!(store.rename(&web, "a", "k", "m").unwrap(), Rename::Renamed);
    assert_eq!(
        store.rename(&web, "a", "m", "l").unwrap(),
        Rename::NameTaken
    );
    unchanged("rename");
    for is_disabled in [true, true, false, false, true] {
        store.set_disabled(&owner("mail"), is_disabled).unwrap();
        unchanged("disable");
    }
    assert_eq!(rekey(&scratch.location()).unwrap(), 2);
    unchanged("rekey");
    assert!(store.remove(id, Some(("a", b"two"))).unwrap());
    unchanged("remove");
    journal.settle(b"two").unwrap();
    unchanged("settle");
    assert!(matches!(
        store.insert_copy(id, &web, "a", "n", &key(b"m"), Expiry::Never, None),
        Ok(None)
    ));
    drop((journal, store));
    let store = scratch.open().unwrap();
    assert_eq!(store.list(&web).unwrap().len(), 1);
    assert_eq!(store.disabled().unwrap().len(), 1);
}

#[test]
fn keeps_a_key_whose_expiry_was_changed_and_returns_an_error() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let web = owner("web");
    let id = add(&store, "k", Expiry::Never);
    scratch.tamper("UPDATE key SET expires_at = 1");
    assert!(matches!(
        store.find(&web, "a", "k"),
        Err(StoreError::Sealed)
    ));
    assert!(matches!(
        store.load(&web, "a", "k"),
        Err(StoreError::Sealed)
    ));
    assert!(matches!(store.load_numbered(id), Err(StoreError::Sealed)));
    assert!(matches!(
        store.exists(&web, "a", "k"),
        Err(StoreError::Sealed)
    ));
    assert!(matches!(store.expiry(id), Err(StoreError::Sealed)));
    assert!(matches!(
        store.rename(&web, "a", "k", "l"),
        Err(StoreError::Sealed)
    ));
    let listed = store.list(&web).unwrap();
    assert_eq!((listed.len(), &listed[0].attributes), (1, &None));
    assert_eq!(store.expired(ExpiredBy::Time).unwrap(), []);
    scratch.tamper("UPDATE key SET session = 3");
    assert_eq!(store.expired(ExpiredBy::Session(3)).unwrap(), []);
    assert_eq!(store.expired(ExpiredBy::AllSessions).unwrap(), []);
}

#[test]
fn removes_no_object_because_of_a_forged_row() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    assert!(store.orphans("a").unwrap().is_empty());
    scratch.tamper("INSERT INTO intent (provider, object, removing) VALUES ('a', x'02', 1)");
    let refused = store.orphans("a").unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
}
