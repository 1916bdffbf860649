//! `parsec-service store` with and without a running service.

use std::fs;

use parsec_contracts::Status;
use parsec_contracts::operations::PsaExportKey;
use parsec_harness::{Service, keys};

/// Exit code, standard output and standard error.
fn store(service: &Service, arguments: &[&str]) -> (i32, String) {
    let mut all = vec!["--config", "config.toml", "store"];
    all.extend(arguments);
    let output = service.run(&all);
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}

fn export(name: &str) -> PsaExportKey {
    PsaExportKey {
        key_name: name.to_owned(),
    }
}

#[test]
fn check_backup_and_rekey_work_beside_a_running_service() {
    let mut service = Service::direct();
    let mut wire = service.wire();
    assert_eq!(
        wire.ask("web", keys::exportable("kept", b"data")),
        Status::Success
    );
    let (code, text) = store(&service, &["check"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("1 key,") && text.contains("all is well"),
        "{text}"
    );
    let (code, text) = store(&service, &["backup", "copy"]);
    assert_eq!(code, 0, "{text}");

    let old = fs::read(service.state_dir().join("parsec-master.key")).unwrap();
    let (code, text) = store(&service, &["rekey"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("re-encrypted 1 key"), "{text}");
    assert_ne!(
        fs::read(service.state_dir().join("parsec-master.key")).unwrap(),
        old
    );
    assert_eq!(wire.ask("web", export("kept")), Status::Success);
    assert_eq!(
        wire.ask("web", keys::exportable("later", b"data")),
        Status::Success
    );

    let (code, text) = store(&service, &["restore", "copy", "--replace"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("in use by another service"), "{text}");
    assert_eq!(wire.ask("web", export("later")), Status::Success);

    assert!(service.terminate().success());
    let (code, text) = store(&service, &["restore", "copy"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("--replace"), "{text}");
    let (code, text) = store(&service, &["restore", "copy", "--replace"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("moved aside"), "{text}");
    service.launch();
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", export("kept")), Status::Success);
    assert_eq!(
        wire.ask("web", export("later")),
        Status::PsaErrorDoesNotExist
    );
}

#[test]
fn a_damaged_store_is_detected_and_a_damaged_backup_is_refused() {
    let mut service = Service::direct();
    assert_eq!(
        service.wire().ask("web", keys::exportable("k", b"data")),
        Status::Success
    );
    assert!(service.terminate().success());
    // Moved out of SQLite's write-ahead log, which would hide changes to the file.
    assert_eq!(store(&service, &["rekey"]).0, 0);
    assert_eq!(store(&service, &["backup", "copy"]).0, 0);
    for folder in ["copy/keys.sqlite3", "state/parsec-keys.sqlite3"] {
        let path = service.scratch().join(folder);
        let mut bytes = fs::read(&path).unwrap();
        for page in bytes.chunks_mut(4096).skip(1) {
            page[..16].fill(0xff);
        }
        fs::write(&path, bytes).unwrap();
    }
    let before = fs::read(service.state_dir().join("parsec-keys.sqlite3")).unwrap();
    let (code, text) = store(&service, &["check"]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("restore it from a backup") || text.contains("malformed"),
        "{text}"
    );
    let (code, text) = store(&service, &["restore", "copy", "--replace"]);
    assert_eq!(code, 1, "{text}");
    let refused = service.run(&["--config", "config.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let after = fs::read(service.state_dir().join("parsec-keys.sqlite3")).unwrap();
    assert_eq!(before, after, "a damaged store is not changed");
}

#[test]
fn checking_a_missing_store_does_not_create_it() {
    let service = Service::prepared(Service::direct_config());
    for command in [&["check"][..], &["backup", "copy"], &["rekey"]] {
        let (code, text) = store(&service, command);
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("cannot open the key store"), "{text}");
    }
    assert_eq!(service.state_dir().read_dir().unwrap().count(), 0);
    assert!(!service.scratch().join("copy").exists());
}
