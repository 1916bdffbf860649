//! `parsec-service --check` fails for the same reasons as a start, and changes nothing.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use parsec_contracts::Status;
use parsec_harness::{Service, keys};

/// Returns every file and folder below, with contents, except for the shared memory of SQLite's
/// write-ahead log.
fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything(&path));
            found.push((path, Vec::new()));
        } else if path.extension().is_none_or(|end| end != "sqlite3-shm") {
            let content = fs::read(&path).unwrap_or_default();
            found.push((path, content));
        }
    }
    found.sort();
    found
}

fn config_with(line: &str) -> String {
    Service::direct_config().replace("[[key_manager]]", &format!("{line}\n\n[[key_manager]]"))
}

/// Both exit with 1 and print `why`, and `--check` changes nothing.
#[track_caller]
fn both_fail(service: &Service, why: &str) {
    let before = everything(service.scratch());
    let checked = service.run(&["--config", "config.toml", "--check"]);
    let output = String::from_utf8(checked.stderr).unwrap();
    assert_eq!(checked.status.code(), Some(1), "{why}: {output}");
    assert!(output.contains(why), "{why}: {output}");
    let after = everything(service.scratch());
    let gone = before.iter().filter(|file| !after.contains(file));
    let new = after.iter().filter(|file| !before.contains(file));
    let changed: Vec<_> = gone.chain(new).map(|(path, _)| path).collect();
    assert!(changed.is_empty(), "{why}: --check changed {changed:?}");
    let started = service.run(&["--config", "config.toml"]);
    assert_eq!(started.status.code(), Some(1), "{why}");
    let output = String::from_utf8(started.stderr).unwrap();
    assert!(output.contains(why), "a start: {why}: {output}");
}

#[test]
fn sockets_that_cannot_be_made() {
    let long = "x".repeat(120);
    let service = Service::prepared(
        Service::direct_config().replace("{socket}", &format!("{{scratch}}/{long}/parsec.sock")),
    );
    both_fail(&service, "set a shorter socket_path");

    let service = Service::prepared(Service::direct_config());
    fs::create_dir_all(service.socket().parent().unwrap()).unwrap();
    fs::write(service.socket(), "mine").unwrap();
    both_fail(&service, "there is a file of another kind");
    fs::remove_file(service.socket()).unwrap();
    let other = UnixListener::bind(service.socket()).unwrap();
    both_fail(&service, "another service listens there");
    drop(other);
    // A stale socket is replaced.
    let checked = service.run(&["--config", "config.toml", "--check"]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");

    let service = Service::prepared(
        Service::direct_config().replace("{socket}", "{scratch}/config.toml/parsec.sock"),
    );
    both_fail(&service, "config.toml");
}

#[test]
fn metrics_that_cannot_be_offered() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let service = Service::prepared(config_with(&format!("[metrics]\nlisten = \"{address}\"")));
    both_fail(&service, "set another port as `listen` in [metrics]");

    let service = Service::prepared(config_with(
        "[metrics]\nlisten = \"unix:{scratch}/metrics\"",
    ));
    fs::write(service.scratch().join("metrics"), "mine").unwrap();
    both_fail(&service, "there is a file of another kind");
}

#[test]
fn audit_logs_that_cannot_be_written() {
    for place in ["/proc/parsec-audit.log", "{scratch}/config.toml/audit.log"] {
        let service = Service::prepared(config_with(&format!(
            "[audit]\nto = \"file\"\npath = \"{place}\""
        )));
        both_fail(&service, "audit events cannot be written");
    }
}

#[test]
fn explains_why_a_key_store_cannot_be_created() {
    for place in [
        "/proc/nowhere/keys.sqlite3",
        "{scratch}/config.toml/keys.sqlite3",
    ] {
        let service = Service::prepared(config_with(&format!("[key_store]\npath = \"{place}\"")));
        both_fail(&service, "the key store cannot be opened");
    }
    let service = Service::prepared(config_with(
        "[key_store]\nmaster_key_file = \"{scratch}/config.toml/master.key\"",
    ));
    both_fail(&service, "config.toml");

    let service = Service::prepared(Service::direct_config());
    fs::set_permissions(service.state_dir(), Permissions::from_mode(0o777)).unwrap();
    both_fail(&service, "0777");
}

#[test]
fn key_stores_that_are_damaged_or_lack_a_part() {
    let mut service = Service::direct();
    assert_eq!(
        service.wire().ask("app", keys::signer("key")),
        Status::Success
    );
    let running = service.run(&["--config", "config.toml", "--check"]);
    assert_eq!(running.status.code(), Some(0), "while it runs: {running:?}");
    service.terminate();
    let checked = service.run(&["--config", "config.toml", "--check"]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");

    let store = service.state_dir().join("parsec-keys.sqlite3");
    let master_key = service.state_dir().join("parsec-master.key");
    let whole = everything(&service.state_dir());
    let key = fs::read(&master_key).unwrap();
    let aside = service.scratch().join("aside");

    fs::rename(&master_key, &aside).unwrap();
    both_fail(&service, "is missing, but");
    fs::write(&master_key, [7; 32]).unwrap();
    fs::set_permissions(&master_key, Permissions::from_mode(0o600)).unwrap();
    both_fail(&service, "is not the one that");
    fs::write(&master_key, key).unwrap();

    fs::rename(&store, &aside).unwrap();
    both_fail(&service, "is missing or empty");
    let _ = fs::remove_file(&store);
    fs::rename(&aside, &store).unwrap();

    fs::set_permissions(&store, Permissions::from_mode(0o644)).unwrap();
    both_fail(&service, "0644");
    fs::set_permissions(&store, Permissions::from_mode(0o600)).unwrap();

    let file = fs::OpenOptions::new().write(true).open(&store).unwrap();
    // The header of the second page: a table or an index of the schema.
    file.write_all_at(&[0xAA; 64], 4096).unwrap();
    both_fail(&service, "damaged");
    for (path, content) in whole {
        fs::write(path, content).unwrap();
    }
    service.launch();
    assert_eq!(
        service.wire().ask("app", keys::sign("key", &[7; 32])),
        Status::Success
    );
}

#[test]
fn keys_of_the_published_service() {
    let service = Service::prepared(
        Service::direct_config()
            .replace("SQLite", "OnDisk")
            .replace(
                "sqlite_db_path = \"{state}/keys.sqlite3\"",
                "store_path = \"{state}\"",
            ),
    );
    let folder = service
        .state_dir()
        .join("d2Vi/1c1139dc-ad7c-47dc-ad6b-db6fdb466552");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("dGxz"), "a mapping").unwrap();
    both_fail(&service, "holds a key of the published service");

    let config = fs::read_to_string(service.scratch().join("config.toml")).unwrap();
    let mut service = service;
    service.configure(&format!(
        "{config}\n[key_store]\npublished_keys = \"ignore\"\n"
    ));
    service.launch();
    assert_eq!(
        service.wire().ask("app", keys::signer("key")),
        Status::Success
    );
    assert_eq!(fs::read(folder.join("dGxz")).unwrap(), b"a mapping");
}
