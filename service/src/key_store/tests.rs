//! The store against a simple model, and against damage.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use parsec_contracts::Secret;
use parsec_contracts::types::{Algorithm, KeyPolicy, KeyType, UsageFlags};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

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

    fn open(&self) -> Result<KeyStore, StoreError> {
        KeyStore::open(&self.path(), &self.master_key())
    }

    fn refusal(&self) -> String {
        self.open()
            .err()
            .expect("the store should be refused")
            .to_string()
    }

    /// Changes the file behind the store's back.
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
fn a_key_is_there_again_after_opening_anew() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let inserted = store
        .insert(&owner("web"), "software", "k", &key(b"material"))
        .unwrap();
    drop(store);
    let store = scratch.open().unwrap();
    let found = store.find(&owner("web"), "software", "k").unwrap().unwrap();
    assert_eq!(Insert::Inserted(found.id), inserted);
    assert_eq!(found.attributes, key(b"material").attributes);
    assert_eq!(found.material, Secret::from(&b"material"[..]));
}

#[test]
fn names_belong_to_an_owner_and_a_provider() {
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
            store.insert(&who, provider, "k", &key(b"m")).unwrap(),
            Insert::NameTaken
        );
        assert_eq!(
            store.insert(&who, provider, "k", &key(b"m")).unwrap(),
            Insert::NameTaken
        );
    }
    assert!(store.find(&owner("nobody"), "a", "k").unwrap().is_none());
    assert_eq!(store.list(&owner("web")).unwrap().len(), 2);
    assert_eq!(store.list(&peer).unwrap().len(), 1);
    assert_eq!(store.owners(AuthType::Direct).unwrap(), ["mail", "web"]);
}

#[test]
fn a_number_is_never_used_again() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let Insert::Inserted(first) = store.insert(&owner("web"), "a", "k", &key(b"1")).unwrap() else {
        panic!("the name was free");
    };
    assert!(store.remove(first).unwrap());
    assert!(!store.remove(first).unwrap());
    let again = store.insert(&owner("web"), "a", "k", &key(b"2")).unwrap();
    assert_ne!(again, Insert::Inserted(first));
}

#[test]
fn material_is_not_in_the_files() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let material = b"a very recognisable secret";
    store
        .insert(&owner("web"), "a", "k", &key(material))
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
fn a_row_that_was_changed_does_not_open() {
    for change in [
        "UPDATE key SET owner = 'mail'",
        "UPDATE key SET name = 'other'",
        "UPDATE key SET provider = 'b'",
        "UPDATE key SET auth_type = 3",
        "UPDATE key SET attributes = x'0a020a0010081a060a02080112020a00'",
        "UPDATE key SET material = zeroblob(40)",
        "UPDATE key SET material = x'00'",
    ] {
        let scratch = Scratch::new();
        let store = scratch.open().unwrap();
        store
            .insert(&owner("web"), "a", "k", &key(b"material"))
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
fn the_files_are_the_services_own() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    store.insert(&owner("web"), "a", "k", &key(b"m")).unwrap();
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
fn a_second_service_is_kept_out() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    assert!(scratch.refusal().contains("in use by another service"));
    drop(store);
    scratch.open().unwrap();
}

#[test]
fn a_master_key_that_is_missing_wrong_or_cut_is_refused_and_never_replaced() {
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
fn a_file_that_is_no_store_or_a_newer_one_is_refused() {
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
            b"this is no database, whatever its name may say. ".repeat(40),
        );
    }
    assert!(scratch.refusal().contains("no key store, or is damaged"));
}

#[test]
fn the_database_of_another_program_is_not_touched() {
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
fn a_damaged_page_is_found_when_the_store_is_opened() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    for number in 0..200 {
        let name = format!("key {number}");
        store
            .insert(&owner("web"), "a", &name, &key(&[7; 100]))
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
fn a_folder_that_others_may_write_to_is_refused() {
    let scratch = Scratch::new();
    drop(scratch.open().unwrap());
    let folder = scratch.path().parent().unwrap().to_owned();
    fs::set_permissions(&folder, Permissions::from_mode(0o770)).unwrap();
    assert!(scratch.refusal().contains("chmod go-w"));
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    scratch.open().unwrap();
}

#[test]
fn a_key_whose_attributes_cannot_be_read_is_listed_without_them() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    store.insert(&owner("web"), "a", "k", &key(b"m")).unwrap();
    scratch.tamper("UPDATE key SET attributes = x'ff'");
    let listed = store.list(&owner("web")).unwrap();
    assert_eq!(listed[0].attributes, None);
    assert!(store.remove(listed[0].id).unwrap());
}

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
    fn the_store_is_a_map(acts in proptest::collection::vec(act(), 0..40)) {
        let scratch = Scratch::new();
        let mut store = Some(scratch.open().unwrap());
        let mut model: BTreeMap<(u8, u8, u8), Vec<u8>> = BTreeMap::new();
        let name = |n: u8| format!("key {n}");
        for act in acts {
            let open = store.as_ref().unwrap();
            match act {
                Act::Insert(o, p, n, material) => {
                    let inserted = open
                        .insert(&owner(&name(o)), &name(p), &name(n), &key(&material))
                        .unwrap();
                    let free = !model.contains_key(&(o, p, n));
                    prop_assert_eq!(inserted != Insert::NameTaken, free);
                    model.entry((o, p, n)).or_insert(material);
                }
                Act::Remove(o, p, n) => {
                    let found = open.find(&owner(&name(o)), &name(p), &name(n)).unwrap();
                    prop_assert_eq!(found.is_some(), model.remove(&(o, p, n)).is_some());
                    if let Some(found) = found {
                        prop_assert!(open.remove(found.id).unwrap());
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
fn zz_timing() {
    let scratch = Scratch::new();
    let store = scratch.open().unwrap();
    let material = key(&[7; 1200]);
    let n = 10_000;
    let t = std::time::Instant::now();
    for i in 0..n { store.insert(&owner(&format!("app{}", i % 100)), "1c1139dc-ad7c-47dc-ad6b-db6fdb466552/mbed", &format!("key {i}"), &material).unwrap(); }
    eprintln!("insert {:?} each", t.elapsed() / n);
    let t = std::time::Instant::now();
    for i in 0..n { store.find(&owner(&format!("app{}", i % 100)), "1c1139dc-ad7c-47dc-ad6b-db6fdb466552/mbed", &format!("key {i}")).unwrap().unwrap(); }
    eprintln!("find {:?} each", t.elapsed() / n);
    let t = std::time::Instant::now();
    for i in 0..100 { assert_eq!(store.list(&owner(&format!("app{i}"))).unwrap().len(), 100); }
    eprintln!("list of 100 {:?} each", t.elapsed() / 100);
    drop(store);
    let t = std::time::Instant::now();
    drop(scratch.open().unwrap());
    eprintln!("open with 10000 keys {:?}", t.elapsed());
}
