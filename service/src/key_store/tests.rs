//! Storing and loading keys.

mod authenticated;
mod bit_flips;
mod care;
mod devices;
mod files;
mod intents;
mod lifetimes;
mod model;

use std::fs;
use std::path::PathBuf;

use parsec_contracts::Secret;
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyPolicy, KeyType, UsageFlags};
use tempfile::TempDir;

use parsec_contracts::AuthType;
use parsec_provider::{CreatedKey, KeyId};
use rusqlite::Connection;

use super::*;
use crate::identity::Identity;
use crate::sync::lock;

struct Scratch {
    folder: TempDir,
}

impl Scratch {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store/keys.sqlite3")
    }

    fn master_key(&self) -> PathBuf {
        self.folder.path().join("store/master.key")
    }

    fn location(&self) -> Location {
        Location {
            store: self.path(),
            master_key: self.master_key(),
            is_credential: false,
            sealer: None,
        }
    }

    fn open(&self) -> Result<KeyStore, StoreError> {
        KeyStore::open(self.location())
    }

    fn refusal(&self) -> String {
        self.open()
            .err()
            .expect("the store should be refused")
            .to_string()
    }

    /// Changes the file without going through the store.
    fn tamper(&self, sql: &str) {
        let changed = Connection::open(self.path())
            .unwrap()
            .execute(sql, [])
            .unwrap();
        assert_eq!(changed, 1);
    }
}

fn owner(name: &str) -> Identity {
    Identity {
        auth: AuthType::Direct,
        name: name.to_owned(),
    }
}

fn key(material: &[u8]) -> CreatedKey {
    CreatedKey {
        attributes: KeyAttributes {
            key_type: KeyType::RawData,
            key_bits: 8 * material.len() as u32,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    export: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::None,
            },
        },
        material: Secret::from(material),
    }
}

#[test]
fn a_key_survives_reopening_the_store() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let inserted = store
        .insert(
            &owner("web"),
            "software",
            "k",
            &key(b"material"),
            Expiry::Never,
            None,
        )
        .unwrap();
    drop(store);
    let store = scratch.open().unwrap();
    let found = store.find(&owner("web"), "software", "k").unwrap().unwrap();
    assert_eq!(Insert::Inserted(found.id), inserted);
    assert_eq!(found.attributes, key(b"material").attributes);
    assert_eq!(found.material, Secret::from(&b"material"[..]));
}

#[test]
fn names_are_scoped_to_owner_and_provider() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let peer = Identity {
        auth: AuthType::UnixPeerCredentials,
        name: "web".to_owned(),
    };
    for (who, provider) in [
        (owner("web"), "a"),
        (owner("web"), "b"),
        (owner("mail"), "a"),
        (peer.clone(), "a"),
    ] {
        assert_ne!(
            store
                .insert(&who, provider, "k", &key(b"m"), Expiry::Never, None)
                .unwrap(),
            Insert::NameTaken
        );
        assert_eq!(
            store
                .insert(&who, provider, "k", &key(b"m"), Expiry::Never, None)
                .unwrap(),
            Insert::NameTaken
        );
    }
    assert!(store.find(&owner("nobody"), "a", "k").unwrap().is_none());
    assert_eq!(store.list(&owner("web")).unwrap().len(), 2);
    assert_eq!(store.list(&peer).unwrap().len(), 1);
    assert_eq!(store.owners(AuthType::Direct).unwrap(), ["mail", "web"]);
}

#[test]
fn key_numbers_are_never_reused() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let Insert::Inserted(first) = store
        .insert(&owner("web"), "a", "k", &key(b"1"), Expiry::Never, None)
        .unwrap()
    else {
        panic!("the name was free");
    };
    assert!(store.remove(first, None).unwrap());
    assert!(!store.remove(first, None).unwrap());
    let again = store
        .insert(&owner("web"), "a", "k", &key(b"2"), Expiry::Never, None)
        .unwrap();
    assert_ne!(again, Insert::Inserted(first));
}

#[test]
fn files_do_not_contain_plaintext_material() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let material = b"a very recognisable secret";
    store
        .insert(&owner("web"), "a", "k", &key(material), Expiry::Never, None)
        .unwrap();
    for entry in fs::read_dir(scratch.path().parent().unwrap()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(
            !bytes
                .windows(material.len())
                .any(|window| window == material)
        );
    }
}

#[test]
fn a_changed_row_does_not_open() {
    for change in [
        "UPDATE key SET owner = 'mail'",
        "UPDATE key SET name = 'other'",
        "UPDATE key SET provider = 'b'",
        "UPDATE key SET auth_type = 3",
        "UPDATE key SET attributes = x'0a020a0010081a060a02080112020a00'",
        "UPDATE key SET material = zeroblob(40)",
        "UPDATE key SET material = x'00'",
        "UPDATE key SET expires_at = 1",
        "UPDATE key SET expires_at = 4102444800",
        "UPDATE key SET session = 1",
        "UPDATE key SET created_at = 1",
        "UPDATE key SET id = 7",
    ] {
        let scratch = Scratch::new();
        let store = scratch.open().unwrap();
        store
            .insert(
                &owner("web"),
                "a",
                "k",
                &key(b"material"),
                Expiry::Never,
                None,
            )
            .unwrap();
        scratch.tamper(change);
        let opened: Vec<_> = [
            (owner("mail"), "a", "k"),
            (owner("web"), "a", "other"),
            (owner("web"), "b", "k"),
            (
                Identity {
                    auth: AuthType::UnixPeerCredentials,
                    name: "web".into(),
                },
                "a",
                "k",
            ),
            (owner("web"), "a", "k"),
        ]
        .iter()
        .map(|(who, provider, name)| store.find(who, provider, name))
        .collect();
        assert!(
            opened.iter().all(|found| !matches!(found, Ok(Some(_)))),
            "{change}"
        );
        assert!(
            opened
                .iter()
                .any(|found| matches!(found, Err(StoreError::Sealed))),
            "{change}"
        );
    }
}

#[test]
fn lists_a_key_with_unreadable_attributes_without_them() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    store
        .insert(&owner("web"), "a", "k", &key(b"m"), Expiry::Never, None)
        .unwrap();
    scratch.tamper("UPDATE key SET attributes = x'ff'");
    let listed = store.list(&owner("web")).unwrap();
    assert_eq!(listed[0].attributes, None);
    assert!(store.remove(listed[0].id, None).unwrap());
}
