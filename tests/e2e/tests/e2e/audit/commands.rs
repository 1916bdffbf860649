//! Events of `parsec-service store`, which runs beside the service.

use std::fs;
use std::thread;

use parsec_contracts::Status;
use parsec_harness::Service;
use parsec_tests_e2e::audit::{import, mac, stop};
use serde_json::Value;

use crate::audit::{config, events, holds, log, start};

fn store(service: &Service, arguments: &[&str]) -> Option<i32> {
    let all = [&["--config", "config.toml", "store"][..], arguments].concat();
    service.run(&all).status.code()
}

fn of_commands(events: &[Value]) -> Vec<(&str, &str)> {
    let text = |event: &Value, name: &str| event[name].as_str().map(str::to_owned);
    let own = events.iter().filter(|event| {
        text(event, "operation").is_some_and(|operation| operation.starts_with("store-"))
    });
    own.map(|event| {
        assert_eq!(event["event"], "admin");
        assert_eq!(event["uid"], rustix::process::getuid().as_raw());
        let name = |name: &str| event[name].as_str().unwrap();
        (name("operation"), name("status"))
    })
    .collect()
}

#[test]
fn store_commands_write_events_with_and_without_a_running_service() {
    let mut service = start("");
    assert_eq!(service.wire().ask("web", import("k")), Status::Success);
    assert_eq!(store(&service, &["check"]), Some(0));
    assert_eq!(store(&service, &["backup", "copy"]), Some(0));
    assert_eq!(store(&service, &["backup", "copy"]), Some(1));
    assert_eq!(store(&service, &["rekey"]), Some(0));
    // Written immediately, while the service runs.
    let expected = [
        ("store-check", "success"),
        ("store-backup", "success"),
        ("store-backup", "failed"),
        ("store-rekey", "success"),
    ];
    let there = events(&log(&service));
    assert_eq!(of_commands(&there), expected);
    let copy = there.iter().find(|one| one["operation"] == "store-backup");
    let folder = copy.unwrap()["detail"]["folder"].as_str().unwrap();
    assert_eq!(folder, service.scratch().join("copy").to_str().unwrap());
    // The service appends its events after them.
    assert_eq!(service.wire().ask("web", mac("k")), Status::Success);
    stop(&mut service);
    assert_eq!(store(&service, &["rekey"]), Some(0));
    assert_eq!(store(&service, &["restore", "copy", "--replace"]), Some(0));
    let there = events(&log(&service));
    let last = &of_commands(&there)[4..];
    assert_eq!(
        last,
        [("store-rekey", "success"), ("store-restore", "success")]
    );
    holds(&service);
    service.launch();
    assert_eq!(service.wire().ask("web", mac("k")), Status::Success);
    stop(&mut service);
    holds(&service);
}

#[test]
fn commands_and_the_service_append_to_one_chain() {
    let mut service = start("rotate_at = 3000");
    assert_eq!(service.wire().ask("web", import("k")), Status::Success);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..4 {
                    assert_eq!(store(&service, &["check"]), Some(0));
                }
            });
        }
        let mut wire = service.wire();
        for _ in 0..60 {
            assert_eq!(wire.ask("web", mac("k")), Status::Success);
        }
    });
    stop(&mut service);
    // Two events of the service itself, one for the key, the uses of the key, and the commands.
    let printed = holds(&service);
    assert!(printed.contains("71 events"), "{printed}");
}

#[test]
fn command_events_on_standard_error_appear_with_the_next_service_event() {
    let config = config("").replace("to = \"file\"", "to = \"stderr\"");
    let mut service = Service::builder().config(config).start();
    assert_eq!(store(&service, &["check"]), Some(0));
    assert_eq!(service.wire().ask("web", import("k")), Status::Success);
    stop(&mut service);
    assert_eq!(store(&service, &["check"]), Some(0));
    service.launch();
    stop(&mut service);
    let text = service.log();
    assert_eq!(text.matches("store-check").count(), 2, "{text}");
    let mut verify = service.command();
    let text = fs::File::open(service.write("copy.log", &text)).unwrap();
    verify.args(["audit", "verify", "-", "--from", "1", "--head"]);
    let verified = verify
        .arg(service.state_dir().join("audit.head"))
        .stdin(text)
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn a_command_whose_event_cannot_be_written_fails_without_changes() {
    let mut service = start("");
    assert_eq!(service.wire().ask("web", import("k")), Status::Success);
    stop(&mut service);
    // No file can be created there.
    fs::remove_file(log(&service)).unwrap();
    fs::create_dir(log(&service)).unwrap();
    let all = ["--config", "config.toml", "store", "backup", "copy"];
    let refused = service.run(&all);
    let printed = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(printed.contains("nothing was done"), "{printed}");
    assert!(!service.scratch().join("copy").exists());
    // A command that only reads still runs.
    assert_eq!(store(&service, &["check"]), Some(0));
}
