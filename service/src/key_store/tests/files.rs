//! The files on disk, their permissions, and refused files.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::*;

#[test]
fn files_are_accessible_to_the_service_only() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    store
        .insert(&owner("web"), "a", "k", &key(b"m"), Expiry::Never, None)
        .unwrap();
    for entry in fs::read_dir(scratch.path().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
    drop(store);
    for exposed in [scratch.path(), scratch.master_key()] {
        fs::set_permissions(&exposed, Permissions::from_mode(0o640)).unwrap();
        assert!(scratch.refusal().contains("chmod 600"));
        fs::set_permissions(&exposed, Permissions::from_mode(0o600)).unwrap();
    }
}

#[test]
fn refuses_a_second_service() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    assert!(scratch.refusal().contains("in use by another service"));
    drop(store);
    scratch.open().unwrap();
}

#[test]
fn refuses_a_missing_wrong_or_truncated_master_key_and_never_replaces_it() {
    let scratch = Scratch::new();
    drop(scratch.open().unwrap());
    let good = fs::read(scratch.master_key()).unwrap();
    assert_eq!(good.len(), 32);

    fs::remove_file(scratch.master_key()).unwrap();
    assert!(scratch.refusal().contains("is missing"));
    assert!(!scratch.master_key().exists());

    fs::write(scratch.master_key(), [7; 32]).unwrap();
    fs::set_permissions(scratch.master_key(), Permissions::from_mode(0o600)).unwrap();
    assert!(scratch.refusal().contains("is not the one"));

    fs::write(scratch.master_key(), &good[..31]).unwrap();
    assert!(scratch.refusal().contains("32 bytes"));

    fs::write(scratch.master_key(), &good).unwrap();
    scratch.open().unwrap();
}

#[test]
fn refuses_files_that_are_not_stores_or_are_newer() {
    let scratch = Scratch::new();
    drop(scratch.open().unwrap());
    Connection::open(scratch.path())
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(scratch.refusal().contains("version 99"));
    for beside in ["", "-wal", "-shm"] {
        let mut path = scratch.path().into_os_string();
        path.push(beside);
        let _ = fs::write(
            path,
            b"this is not a database, despite the file's name. ".repeat(40),
        );
    }
    assert!(scratch.refusal().contains("not a key store, or is damaged"));
}

#[test]
fn does_not_change_the_database_of_another_program() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path().parent().unwrap()).unwrap();
    let other = Connection::open(scratch.path()).unwrap();
    other
        .execute_batch("CREATE TABLE key_mapping (key_name TEXT PRIMARY KEY)")
        .unwrap();
    drop(other);
    fs::set_permissions(scratch.path(), Permissions::from_mode(0o600)).unwrap();
    let before = fs::read(scratch.path()).unwrap();
    assert!(scratch.refusal().contains("another program"));
    assert_eq!(fs::read(scratch.path()).unwrap(), before);
}

#[test]
fn detects_a_damaged_page_when_opening() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    for number in 0..200 {
        let name = format!("key {number}");
        store
            .insert(
                &owner("web"),
                "a",
                &name,
                &key(&[7; 100]),
                Expiry::Never,
                None,
            )
            .unwrap();
    }
    drop(store);
    let mut bytes = fs::read(scratch.path()).unwrap();
    assert!(bytes.len() > 5 * 4096);
    for page in bytes.chunks_mut(4096).skip(3) {
        page[..16].fill(0xff);
    }
    fs::write(scratch.path(), bytes).unwrap();
    assert!(scratch.refusal().contains("damaged"));
}

#[test]
fn does_not_replace_a_lost_store_by_an_empty_one() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    store
        .insert(&owner("web"), "a", "k", &key(b"m"), Expiry::Never, None)
        .unwrap();
    drop(store);
    let good = fs::read(scratch.path()).unwrap();
    fs::remove_file(scratch.path()).unwrap();
    for _ in 0..2 {
        let output = scratch.refusal();
        assert!(output.contains("is missing or empty"), "{output}");
    }
    // A truncated store is not a new one either.
    assert_eq!(fs::read(scratch.path()).unwrap(), b"");
    fs::write(scratch.path(), good).unwrap();
    let store = scratch.open().unwrap();
    assert!(store.exists(&owner("web"), "a", "k").unwrap());
}

#[test]
fn the_lock_covers_other_names_of_the_same_store() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let folder = scratch.path().parent().unwrap().to_owned();
    for name in ["hard", "soft"] {
        let other = folder.join(name);
        match name {
            "hard" => fs::hard_link(scratch.path(), &other).unwrap(),
            _ => std::os::unix::fs::symlink(scratch.path(), &other).unwrap(),
        }
        let location = Location {
            store: other,
            ..scratch.location()
        };
        let refused = KeyStore::open(location).err().expect("it is open already");
        assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    }
    drop(store);
}

#[test]
fn reads_a_credential_of_any_mode_and_never_creates_one() {
    let scratch = Scratch::new();
    let credential = || Location {
        is_credential: true,
        ..scratch.location()
    };
    let refused = KeyStore::open(credential())
        .err()
        .expect("no credential is set");
    assert!(refused.to_string().contains("LoadCredential="), "{refused}");
    assert!(!scratch.master_key().exists());
    fs::write(scratch.master_key(), [7; 32]).unwrap();
    // As systemd creates them: an access control list shows in the group's bits.
    fs::set_permissions(scratch.master_key(), Permissions::from_mode(0o440)).unwrap();
    let store = KeyStore::open(credential()).unwrap();
    store
        .insert(&owner("web"), "a", "k", &key(b"m"), Expiry::Never, None)
        .unwrap();
    drop(store);
    assert!(KeyStore::open(credential()).is_ok());
    assert!(scratch.refusal().contains("chmod 600"));
}

#[test]
fn refuses_a_folder_that_others_can_write_to() {
    let scratch = Scratch::new();
    drop(scratch.open().unwrap());
    let folder = scratch.path().parent().unwrap().to_owned();
    fs::set_permissions(&folder, Permissions::from_mode(0o770)).unwrap();
    assert!(scratch.refusal().contains("chmod go-w"));
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    scratch.open().unwrap();
}

#[test]
fn refuses_keys_without_their_master_key_even_without_a_check_value() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    store
        .insert(&owner("web"), "a", "k", &key(b"m"), Expiry::Never, None)
        .unwrap();
    drop(store);
    scratch.tamper("DELETE FROM meta WHERE name = 'check'");
    fs::remove_file(scratch.master_key()).unwrap();
    assert!(scratch.refusal().contains("is missing"));
    assert!(!scratch.master_key().exists());
}

#[test]
fn removes_the_master_key_draft_of_a_killed_service() {
    let scratch = Scratch::new();
    let draft = scratch.folder.path().join("store/master.key.new");
    fs::create_dir(draft.parent().unwrap()).unwrap();
    fs::write(&draft, b"half a key").unwrap();
    drop(scratch.open().unwrap());
    assert!(!draft.exists());
    fs::hard_link(scratch.master_key(), &draft).unwrap();
    drop(scratch.open().unwrap());
    assert!(!draft.exists());
    assert_eq!(fs::read(scratch.master_key()).unwrap().len(), 32);
}

#[test]
fn creates_folders_for_the_service_only() {
    let scratch = Scratch::new();
    let deep = scratch.folder.path().join("a/b/keys.sqlite3");
    let beside = scratch.folder.path().join("c/d/master.key");
    let location = Location {
        store: deep,
        master_key: beside,
        is_credential: false,
        sealer: None,
    };
    drop(KeyStore::open(location).unwrap());
    for folder in ["a", "a/b", "c", "c/d"] {
        let made = fs::metadata(scratch.folder.path().join(folder)).unwrap();
        assert_eq!(made.permissions().mode() & 0o777, 0o700, "{folder}");
    }
}

#[test]
fn writes_are_synced_and_deletes_overwritten() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let writer = lock(&store.writer);
    let setting = |name: &str| -> String {
        writer
            .query_row(&format!("PRAGMA {name}"), [], |row| {
                row.get::<_, rusqlite::types::Value>(0)
            })
            .map(|value| format!("{value:?}"))
            .unwrap()
    };
    assert_eq!(setting("journal_mode"), "Text(\"wal\")");
    assert_eq!(setting("synchronous"), "Integer(2)"); // FULL
    assert_eq!(setting("secure_delete"), "Integer(1)");
}
