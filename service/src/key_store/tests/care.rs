//! Earlier versions, backups, and new master keys.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::*;

/// A store of each version of the tables. These files must never change.
const VERSIONS: [&str; 6] = [
    include_str!("versions/1.sql"),
    include_str!("versions/2.sql"),
    include_str!("versions/3.sql"),
    include_str!("versions/4.sql"),
    include_str!("versions/5.sql"),
    include_str!("versions/6.sql"),
];

fn of_version(sql: &str) -> Scratch {
    let scratch = Scratch::new();
    let folder = scratch.path().parent().unwrap().to_owned();
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    Connection::open(scratch.path())
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    fs::write(scratch.master_key(), [7; 32]).unwrap();
    for file in [scratch.path(), scratch.master_key()] {
        fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
    }
    scratch
}

fn add(store: &KeyStore, name: &str) {
    let inserted = store.insert(&owner("web"), "a", name, &key(b"m"), Expiry::Never, None);
    assert_ne!(inserted.unwrap(), Insert::NameTaken);
}

fn opens(store: &KeyStore, name: &str) -> bool {
    store.find(&owner("web"), "a", name).unwrap().is_some()
}

#[test]
fn upgrades_stores_of_every_earlier_version() {
    let mut newest = 0;
    for (index, sql) in VERSIONS.iter().enumerate() {
        let scratch = of_version(sql);
        let before = check(&scratch.location()).unwrap();
        assert_eq!((before.version, before.keys), (index + 1, 1));
        assert_eq!(before.findings, [""; 0]);
        let store = scratch.open().unwrap();
        let found = store.find(&owner("web"), "a", "k").unwrap().unwrap();
        assert_eq!(found.material, Secret::from(&b"material"[..]));
        assert_eq!(found.attributes, key(b"material").attributes);
        let expiry = store.expiry(found.id).unwrap();
        assert_eq!(expiry == Expiry::WithSession(7), index >= 1, "{expiry:?}");
        let orphans = store.orphans("a").unwrap();
        assert_eq!(orphans.len(), usize::from(index >= 2));
        let disabled = store.disabled().unwrap();
        assert_eq!(disabled.len(), usize::from(index >= 3));
        add(&store, "new");
        assert!(opens(&store, "new"));
        drop(store);
        let after = check(&scratch.location()).unwrap();
        assert_eq!(after.findings, [""; 0]);
        newest = newest.max(after.version);
        assert_eq!(after.version, newest);
    }
    assert_eq!(
        VERSIONS.len(),
        newest,
        "freeze the newest version as tests/versions/{newest}.sql"
    );
}

fn files_in(folder: &Path) -> BTreeSet<(std::ffi::OsString, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let file = |entry: fs::DirEntry| (entry.file_name(), fs::read(entry.path()).unwrap());
    entries.map(file).collect()
}

#[test]
fn a_check_finds_every_damaged_key_and_changes_nothing() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    for name in ["a", "b", "c"] {
        add(&store, name);
    }
    drop(store);
    assert_eq!(check(&scratch.location()).unwrap().findings, [""; 0]);
    scratch.tamper("UPDATE key SET material = zeroblob(40) WHERE name = 'a'");
    scratch.tamper("UPDATE key SET owner = 'mail' WHERE name = 'c'");
    let folder = scratch.path().parent().unwrap().to_owned();
    let before = files_in(&folder);
    let report = check(&scratch.location()).unwrap();
    assert_eq!(report.keys, 3);
    assert_eq!(report.findings.len(), 2, "{report:?}");
    assert!(report.findings[0].starts_with("key 1 ") && report.findings[1].starts_with("key 3 "));
    let main_files = |files: BTreeSet<(std::ffi::OsString, Vec<u8>)>| {
        let is_main = |name: &std::ffi::OsStr| {
            let name = name.to_string_lossy();
            !name.ends_with("-wal") && !name.ends_with("-shm")
        };
        files
            .into_iter()
            .filter(|(name, _)| is_main(name))
            .collect::<Vec<_>>()
    };
    assert_eq!(main_files(files_in(&folder)), main_files(before));

    fs::write(scratch.master_key(), [1; 32]).unwrap();
    let report = check(&scratch.location()).unwrap();
    assert!(report.findings[0].contains("is not the one"), "{report:?}");
}

#[test]
fn a_check_refuses_files_that_are_not_stores_with_a_reason() {
    let scratch = Scratch::new();
    let output = |scratch: &Scratch| check(&scratch.location()).unwrap_err().to_string();
    assert!(output(&scratch).contains("cannot open the key store"));
    assert!(!scratch.path().exists());
    drop(scratch.open().unwrap());
    Connection::open(scratch.path())
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(output(&scratch).contains("version 99"));
    fs::write(scratch.path(), b"").unwrap();
    assert!(output(&scratch).contains("is empty"));
    fs::write(scratch.path(), b"no database".repeat(1000)).unwrap();
    assert!(output(&scratch).contains("damaged"), "{}", output(&scratch));
}

fn copy_of(scratch: &Scratch, name: &str) -> Location {
    let folder = scratch.folder.path().join(name);
    Location {
        store: folder.join("keys.sqlite3"),
        master_key: folder.join("master.key"),
        ..scratch.location()
    }
}

#[test]
fn backs_up_an_open_store_and_restores_a_closed_one() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    add(&store, "kept");
    let copy = copy_of(&scratch, "copy");
    back_up(&scratch.location(), &copy).unwrap();
    assert_eq!(check(&copy).unwrap().keys, 1);
    for file in [&copy.store, &copy.master_key] {
        let mode = fs::metadata(file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }
    // An existing backup is not overwritten.
    assert!(back_up(&scratch.location(), &copy).is_err());
    add(&store, "later");

    let location = scratch.location();
    let refused = restore(&copy, &location, true).unwrap_err();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert!(opens(&store, "later"));
    drop(store);
    let refused = restore(&copy, &location, false).unwrap_err();
    assert!(matches!(refused, StoreError::Occupied { .. }), "{refused}");
    let aside = restore(&copy, &location, true).unwrap();
    let store = scratch.open().unwrap();
    assert!(opens(&store, "kept") && !opens(&store, "later"));
    drop(store);
    // The files that were moved aside are still a store.
    let aside = Location {
        store: aside.iter().find(|path| is_store(path)).unwrap().clone(),
        master_key: aside.iter().find(|path| !is_store(path)).unwrap().clone(),
        ..scratch.location()
    };
    assert_eq!(check(&aside).unwrap().keys, 2);
}

fn is_store(path: &Path) -> bool {
    path.to_string_lossy().contains("keys.sqlite3.before-")
}

#[test]
fn restores_a_lost_store_whose_master_key_remains() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    add(&store, "kept");
    let copy = copy_of(&scratch, "copy");
    back_up(&scratch.location(), &copy).unwrap();
    drop(store);
    fs::remove_file(scratch.path()).unwrap();
    let refused = restore(&copy, &scratch.location(), false).unwrap_err();
    let output = refused.to_string();
    assert!(
        output.contains("a master key without its key store at") && output.contains("master.key;"),
        "{output}"
    );
    let aside = restore(&copy, &scratch.location(), true).unwrap();
    assert!(aside[0].to_string_lossy().contains("master.key.before-"));
    assert!(opens(&scratch.open().unwrap(), "kept"));
}

#[test]
fn an_existing_file_is_not_reported_as_a_permission_error() {
    let scratch = Scratch::new();
    drop(scratch.open().unwrap());
    let copy = copy_of(&scratch, "copy");
    back_up(&scratch.location(), &copy).unwrap();
    let output = back_up(&scratch.location(), &copy).unwrap_err().to_string();
    assert!(
        output.contains("File exists") && !output.contains("may read"),
        "{output}"
    );
    let nowhere = copy_of(&scratch, "nowhere");
    let output = check(&nowhere).unwrap_err().to_string();
    assert!(output.contains("may read and write there"), "{output}");
}

#[test]
fn restores_to_an_empty_location() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    add(&store, "kept");
    let copy = copy_of(&scratch, "copy");
    back_up(&scratch.location(), &copy).unwrap();
    let elsewhere = copy_of(&scratch, "new/place");
    assert_eq!(
        restore(&copy, &elsewhere, false).unwrap(),
        [""; 0].map(PathBuf::from)
    );
    assert!(opens(&KeyStore::open(elsewhere).unwrap(), "kept"));
}

#[test]
fn an_open_store_continues_under_a_new_master_key() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    for name in ["a", "b"] {
        add(&store, name);
    }
    let old = fs::read(scratch.master_key()).unwrap();
    assert_eq!(rekey(&scratch.location()).unwrap(), 2);
    let new = fs::read(scratch.master_key()).unwrap();
    assert_ne!(old, new);
    assert!(opens(&store, "a"));
    add(&store, "c");
    assert_eq!(rekey(&scratch.location()).unwrap(), 3);
    // Without a read in between.
    add(&store, "d");
    assert_eq!(rekey(&scratch.location()).unwrap(), 4);
    let renamed = store.rename(&owner("web"), "a", "d", "e").unwrap();
    assert_eq!(renamed, Rename::Renamed);
    drop(store);
    let report = check(&scratch.location()).unwrap();
    assert_eq!((report.keys, report.findings.len()), (4, 0));
    fs::write(scratch.master_key(), old).unwrap();
    assert!(scratch.refusal().contains("is not the one"));
}

#[test]
fn completes_or_discards_an_interrupted_rekey() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    add(&store, "k");
    drop(store);
    let next = scratch.master_key().with_file_name("master.key.next");
    let old = fs::read(scratch.master_key()).unwrap();
    // Before the commit: the new key opens nothing.
    fs::write(&next, [9; 32]).unwrap();
    fs::set_permissions(&next, Permissions::from_mode(0o600)).unwrap();
    assert!(opens(&scratch.open().unwrap(), "k"));
    assert!(!next.exists());
    assert_eq!(fs::read(scratch.master_key()).unwrap(), old);
    // After the commit: the new key is the store's, but not yet at its final path.
    rekey(&scratch.location()).unwrap();
    fs::rename(scratch.master_key(), &next).unwrap();
    fs::write(scratch.master_key(), &old).unwrap();
    fs::set_permissions(scratch.master_key(), Permissions::from_mode(0o600)).unwrap();
    assert_eq!(check(&scratch.location()).unwrap().findings, [""; 0]);
    assert!(opens(&scratch.open().unwrap(), "k"));
    assert!(!next.exists());
    assert_ne!(fs::read(scratch.master_key()).unwrap(), old);
}

#[test]
fn a_killed_rekey_does_not_block_later_ones() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    add(&store, "k");
    let draft = scratch.master_key().with_file_name("master.key.next.new");
    fs::write(&draft, [9; 16]).unwrap();
    assert_eq!(rekey(&scratch.location()).unwrap(), 1);
    assert!(!draft.exists());
    assert!(opens(&store, "k"));
    // It is also removed if no other change follows.
    drop(store);
    fs::write(&draft, [9; 16]).unwrap();
    assert!(opens(&scratch.open().unwrap(), "k"));
    assert!(!draft.exists());
}

#[test]
fn keeps_the_next_key_of_a_running_rekey() {
    let scratch = Scratch::new();
    drop(scratch.open().unwrap());
    let next = scratch.master_key().with_file_name("master.key.next");
    let changing = Connection::open(scratch.path()).unwrap();
    changing.execute_batch("BEGIN IMMEDIATE").unwrap();
    fs::write(&next, [9; 32]).unwrap();
    fs::set_permissions(&next, Permissions::from_mode(0o600)).unwrap();
    thread::scope(|scope| {
        let opening = scope.spawn(|| scratch.open().map(drop));
        thread::sleep(Duration::from_millis(300));
        assert!(next.exists());
        changing.execute_batch("ROLLBACK").unwrap();
        opening.join().unwrap().unwrap();
    });
    assert!(!next.exists());
}

#[test]
fn does_not_rekey_a_store_with_a_damaged_key() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    for name in ["a", "b"] {
        add(&store, name);
    }
    scratch.tamper("UPDATE key SET material = zeroblob(40) WHERE name = 'b'");
    let old = fs::read(scratch.master_key()).unwrap();
    let refused = rekey(&scratch.location()).unwrap_err();
    assert!(
        matches!(refused, StoreError::DamagedKey { id: 2 }),
        "{refused}"
    );
    assert_eq!(fs::read(scratch.master_key()).unwrap(), old);
    assert!(opens(&store, "a"));
}

#[test]
fn requests_succeed_while_the_master_key_changes_repeatedly() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    add(&store, "k");
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|worker| {
                let (store, stop) = (&store, &stop);
                scope.spawn(move || {
                    let mut done = 0;
                    while !stop.load(Ordering::Relaxed) {
                        assert!(opens(store, "k"));
                        add(store, &format!("{worker} {done}"));
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        for _ in 0..10 {
            rekey(&scratch.location()).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        let added: u64 = workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum();
        assert!(added > 0);
        let report = check(&scratch.location()).unwrap();
        assert_eq!((report.keys, report.findings.len()), (added + 1, 0));
    });
}
