//! Lines in the journal have priorities.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::process::{Command, Stdio};

use parsec_harness::{Service, service_binary};

/// Runs the service with its standard error as the file that `JOURNAL_STREAM` names, and returns the
/// lines. It does not start.
fn lines(stream: impl FnOnce(&File) -> String, config: &str) -> Vec<String> {
    let service = Service::prepared(config);
    let path = service.scratch().join("journal");
    let journal = File::create(&path).unwrap();
    let status = Command::new(service_binary())
        .args(["--config", "config.toml"])
        .current_dir(service.scratch())
        .env("JOURNAL_STREAM", stream(&journal))
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stderr(journal)
        .status()
        .unwrap();
    assert!(!status.success());
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn this(journal: &File) -> String {
    let known = journal.metadata().unwrap();
    format!("{}:{}", known.dev(), known.ino())
}

/// A warning of the configuration, and a socket that cannot be created.
fn config() -> String {
    Service::direct_config()
        .replace("{socket}", "/proc/parsec.sock")
        .replace("sqlite_db_path", "store_path = \"/unused\"\nsqlite_db_path")
}

#[test]
fn lines_in_the_journal_begin_with_their_priority() {
    let lines = lines(this, &config());
    assert!(lines.iter().all(|line| line.starts_with('<')), "{lines:?}");
    let last = lines.last().unwrap();
    assert!(last.starts_with("<3>parsec-service: "), "{lines:?}");
    let warned = |line: &String| line.starts_with("<4>") && line.contains("store_path");
    assert!(lines.iter().any(warned), "{lines:?}");
    assert!(!lines.concat().contains("WARN"), "{lines:?}");
}

#[test]
fn lines_elsewhere_have_no_priority() {
    // Inherited from a unit, with another standard error.
    let lines = lines(|_| "1:2".to_owned(), &config());
    assert!(!lines.iter().any(|line| line.starts_with('<')), "{lines:?}");
    assert!(lines.concat().contains("WARN"), "{lines:?}");
}
