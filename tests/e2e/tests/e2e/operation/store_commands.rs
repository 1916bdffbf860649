//! `parsec-service store` beside a service that runs, and without one.

use std::fs;

use parsec_contracts::Status;
use parsec_contracts::operations::PsaExportKey;
use parsec_harness::{Service, keys};

/// The exit code, and what was said on either side.
fn store(service: &Service, arguments: &[&str]) -> (i32, String) {
    let mut all = vec!["--config", "config.toml", "store"];
    all.extend(arguments);
    let output = service.run(&all);
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(said).unwrap(),
    )
}

fn export(name: &str) -> PsaExportKey {
    PsaExportKey {
        key_name: name.to_owned(),
    }
}

#[test]
fn a_running_service_is_checked_copied_and_given_a_new_key_and_goes_on() {
    let mut service = Service::direct();
    let mut wire = service.wire();
    assert_eq!(
        wire.ask("web", keys::exportable("kept", b"data")),
        Status::Success
    );
    let (code, said) = store(&service, &["check"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("1 key,") && said.contains("all is well"),
        "{said}"
    );
    let (code, said) = store(&service, &["backup", "copy"]);
    assert_eq!(code, 0, "{said}");

    let old = fs::read(service.state_dir().join("parsec-master.key")).unwrap();
    let (code, said) = store(&service, &["rekey"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("encrypted 1 key anew"), "{said}");
    assert_ne!(
        fs::read(service.state_dir().join("parsec-master.key")).unwrap(),
        old
    );
    assert_eq!(wire.ask("web", export("kept")), Status::Success);
    assert_eq!(
        wire.ask("web", keys::exportable("later", b"data")),
        Status::Success
    );

    let (code, said) = store(&service, &["restore", "copy", "--replace"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("in use by another service"), "{said}");
    assert_eq!(wire.ask("web", export("later")), Status::Success);

    assert!(service.terminate().success());
    let (code, said) = store(&service, &["restore", "copy"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("--replace"), "{said}");
    let (code, said) = store(&service, &["restore", "copy", "--replace"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("moved aside"), "{said}");
    service.launch();
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", export("kept")), Status::Success);
    assert_eq!(
        wire.ask("web", export("later")),
        Status::PsaErrorDoesNotExist
    );
}

#[test]
fn a_damaged_store_is_found_and_a_damaged_copy_is_not_restored() {
    let mut service = Service::direct();
    assert_eq!(
        service.wire().ask("web", keys::exportable("k", b"data")),
        Status::Success
    );
    assert!(service.terminate().success());
    // Out of SQLite's log of the last transactions, which would hide what is done to the file.
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
    let (code, said) = store(&service, &["check"]);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("restore it from a backup") || said.contains("malformed"),
        "{said}"
    );
    let (code, said) = store(&service, &["restore", "copy", "--replace"]);
    assert_eq!(code, 1, "{said}");
    let refused = service.run(&["--config", "config.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let after = fs::read(service.state_dir().join("parsec-keys.sqlite3")).unwrap();
    assert_eq!(before, after, "what is damaged is not touched");
}

#[test]
fn a_store_that_is_not_there_is_not_made_by_looking_at_it() {
    let service = Service::prepared(Service::direct_config());
    for command in [&["check"][..], &["backup", "copy"], &["rekey"]] {
        let (code, said) = store(&service, command);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("cannot open the key store"), "{said}");
    }
    assert_eq!(service.state_dir().read_dir().unwrap().count(), 0);
    assert!(!service.scratch().join("copy").exists());
}
