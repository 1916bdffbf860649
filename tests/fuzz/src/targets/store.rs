//! The key store and its master key, changed by an attacker: a service refuses to start, or all its
//! keys work.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::OnceLock;

use parsec_contracts::Status;
use parsec_contracts::operations::{PsaExportKey, PsaExportKeyOutput};
use parsec_harness::Service;
use parsec_service::{Config, StoreReport, back_up_store, check_store, rekey_store, restore_store};

use crate::choices::Choices;
use crate::target::assert_readable;
use crate::world::{self, KEYS, OWNER};
use crate::{Outcome, Target, World};

pub(super) const TARGET: Target = Target {
    name: "store",
    about: "a store, a backup and a master key that were changed: refused, or every key works",
    run,
    seeds,
    words: &[],
    longest: 96,
    world: World::Files,
};

/// The paths of the files.
const STORE: &str = "parsec-keys.sqlite3";
const MASTER_KEY: &str = "parsec-master.key";
/// Both files, and their names in a backup.
const FILES: [(&str, &str); 2] = [(STORE, "keys.sqlite3"), (MASTER_KEY, "master.key")];

/// Runs an action on the files in a folder; returns the number of keys afterwards.
type Way = fn(&Path) -> Result<u64, String>;

/// Actions on the files. The last one starts a service, which takes a hundred times as long.
const WAYS: &[Way] = &[check, rekey, restore, back_up, start];

fn seeds() -> Vec<Vec<u8>> {
    let ways = 0..u8::try_from(WAYS.len()).unwrap_or(0);
    ways.flat_map(|way| [vec![way], vec![way, 1, 3, 0, 0, 77]])
        .collect()
}

struct Files {
    store: Vec<u8>,
    master_key: Vec<u8>,
}

fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| Files {
        store: world::file("copy/keys.sqlite3"),
        master_key: world::file("copy/master.key"),
    })
}

fn run(data: &[u8]) -> Outcome {
    let mut choices = Choices::new(data);
    let way = match choices.below(8 * (WAYS.len() - 1)) {
        way if way < WAYS.len() => way,
        other => other % (WAYS.len() - 1),
    };
    let mut store = files().store.clone();
    let mut master_key = files().master_key.clone();
    for _ in 0..choices.below(5) {
        match choices.one_in(8) {
            true => choices.damage(&mut master_key),
            false => damage(&mut choices, &mut store),
        }
    }
    let scratch = world::scratch();
    write(&scratch.path().join(STORE), &store);
    write(&scratch.path().join(MASTER_KEY), &master_key);
    match WAYS[way](scratch.path()) {
        Ok(keys) => {
            assert_eq!(keys, u64::from(KEYS), "keys are missing without an error");
            Outcome::of(way)
        }
        Err(message) => {
            assert!(!message.is_empty());
            assert_readable(&message);
            Outcome::of((way, Outcome::of_message(message)))
        }
    }
}

/// Changes a SQLite file: bits, bytes, whole pages, its end.
fn damage(choices: &mut Choices<'_>, bytes: &mut Vec<u8>) {
    const PAGE: usize = 4096;
    let pages = bytes.len() / PAGE;
    // Too short.
    if pages == 0 {
        return;
    }
    // The headers of the file and of its pages matter most.
    let within = match choices.below(3) {
        0 => choices.below(128),
        1 => choices.below(16),
        _ => choices.below(PAGE),
    };
    let page = choices.below(pages) * PAGE;
    let at = page + within;
    match choices.below(8) {
        0..4 => bytes[at] ^= 1 << choices.below(8),
        4 | 5 => bytes[at] = choices.byte(),
        6 => {
            let other = choices.below(pages) * PAGE;
            bytes.copy_within(other..other + PAGE, page);
        }
        _ => bytes.truncate(at),
    }
}

fn write(path: &Path, bytes: &[u8]) {
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path);
    file.and_then(|mut file| file.write_all(bytes))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Returns a configuration whose store is in this folder.
fn config(folder: &Path) -> Config {
    let text = Service::direct_config()
        .replace("{socket}", "/nowhere/parsec.sock")
        .replace("{state}", &folder.display().to_string());
    Config::from_toml(&text, "config.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn check(folder: &Path) -> Result<u64, String> {
    keys_of(check_store(&config(folder)).map_err(|error| error.to_string())?)
}

fn keys_of(report: StoreReport) -> Result<u64, String> {
    match report.findings.as_slice() {
        [] => Ok(report.keys),
        findings => Err(findings.join("; ")),
    }
}

/// Changes the master key: afterwards the store is valid, or unchanged.
fn rekey(folder: &Path) -> Result<u64, String> {
    rekey_store(&config(folder)).map_err(|error| error.to_string())?;
    check(folder)
}

/// Restores the changed files as a backup.
fn restore(folder: &Path) -> Result<u64, String> {
    for (name, in_copy) in FILES {
        fs::rename(folder.join(name), folder.join(in_copy)).expect("a file");
    }
    let fresh = world::scratch();
    restore_store(&config(fresh.path()), folder, false).map_err(|error| error.to_string())?;
    check(fresh.path())
}

/// Backs up the changed files and restores the copy elsewhere.
fn back_up(folder: &Path) -> Result<u64, String> {
    let copy = folder.join("copy");
    let report = back_up_store(&config(folder), &copy).map_err(|error| error.to_string())?;
    keys_of(report)?;
    let fresh = world::scratch();
    restore_store(&config(fresh.path()), &copy, false).map_err(|error| error.to_string())?;
    check(fresh.path())
}

/// Starts a service on the changed files: it refuses, or each key has its own material, or the
/// request for it fails with a reason. It must not respond that the key does not exist.
fn start(folder: &Path) -> Result<u64, String> {
    let mut service = Service::prepared(Service::direct_config());
    for (name, _) in FILES {
        fs::copy(folder.join(name), service.state_dir().join(name)).expect("a copy, with its mode");
    }
    fs::set_permissions(service.state_dir(), fs::Permissions::from_mode(0o700)).expect("a folder");
    service
        .reconfigure(&Service::direct_config())
        .map_err(|error| {
            let message = error.to_string();
            assert!(message.contains("exit status"), "it did not end: {message}");
            message
        })?;
    let mut wire = service.wire();
    let mut broken = Vec::new();
    for index in 0..KEYS {
        let key_name = world::key_name(index);
        wire.send(&parsec_harness::request_of(
            OWNER,
            PsaExportKey { key_name },
        ))
        .expect("the service reads");
        let reply = wire.receive().expect("the service answers");
        match reply.status() {
            Status::Success => {
                let output: PsaExportKeyOutput = reply.output::<PsaExportKey>().expect("an output");
                assert_eq!(
                    output.data.expose(),
                    world::material(index),
                    "another key's material"
                );
            }
            Status::PsaErrorDoesNotExist => {
                panic!("key {index} is missing, and the service started without an error")
            }
            other => broken.push(other.to_string()),
        }
    }
    let log = service.log();
    assert!(!log.contains("panicked at"), "{log}");
    match broken.first() {
        None => Ok(u64::from(KEYS)),
        Some(status) => Err(status.clone()),
    }
}
