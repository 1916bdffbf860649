#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! SIGHUP: what changes, what stays, and what is said of it.

mod support;

use std::os::unix::net::UnixDatagram;

use parsec_contracts::Status;
use parsec_contracts::operations::{ListClients, PsaGenerateRandom};
use rustix::process::Signal;
use support::{CONFIG, PATIENCE, Scratch};

fn with_setting(setting: &str) -> String {
    CONFIG.replace(
        "allow_root = true",
        &format!("allow_root = true\n{setting}"),
    )
}

#[test]
fn a_reload_holds_for_connections_that_are_open_and_keeps_them() {
    let scratch = Scratch::serving("2000", "2000");
    let mut wire = scratch.wire();
    let random = || PsaGenerateRandom { size: 101 };
    assert_eq!(wire.call("", random()), Status::Success);
    scratch.write("config.toml", &with_setting("buffer_size_limit = 100"));
    scratch.reload("reloaded");
    assert_eq!(wire.call("", random()), Status::ResponseTooLarge);
    scratch.write("config.toml", CONFIG);
    scratch.reload("reloaded");
    assert_eq!(wire.call("", random()), Status::Success);
}

#[test]
fn administrators_and_the_level_of_the_log_change_with_a_reload() {
    let scratch = Scratch::serving("2000", "2000");
    let mut wire = scratch.wire();
    assert_eq!(wire.call("late", ListClients {}), Status::AdminOperation);
    assert!(!scratch.log().contains("list_clients"), "{}", scratch.log());
    let promoted = with_setting("log_level = \"debug\"").replace("\"admin\"", "\"late\"");
    scratch.write("config.toml", &promoted);
    scratch.reload("reloaded");
    assert_eq!(wire.call("late", ListClients {}), Status::Success);
    assert_eq!(wire.call("admin", ListClients {}), Status::AdminOperation);
    assert!(scratch.log().contains("list_clients"), "{}", scratch.log());
}

#[test]
fn a_wrong_config_changes_nothing_and_the_log_says_why() {
    let scratch = Scratch::serving("2000", "2000");
    let mut wire = scratch.wire();
    for (wrong, why) in [
        (CONFIG.replace("allow_root", "allow_rot"), "config.toml:3"),
        (CONFIG.replace("allow_root = true", ""), "allow_root"),
        (CONFIG.replace("\"Direct\"", "\"Nobody\""), "auth_type"),
        (String::new(), "core_settings"),
    ] {
        // Were a part of it taken over, it would be this.
        let wrong = wrong.replace("timeout = 2000", "timeout = 1");
        scratch.write("config.toml", &wrong);
        scratch.reload("the old one holds on");
        assert!(scratch.log().contains(why), "{why}: {}", scratch.log());
        assert_eq!(wire.call("admin", ListClients {}), Status::Success);
        assert!(scratch.wire().answers());
    }
    std::fs::remove_file(scratch.path().join("config.toml")).unwrap();
    scratch.reload("the old one holds on");
    scratch.write("config.toml", CONFIG);
    scratch.reload("reloaded");
    assert!(wire.answers());
}

#[test]
fn what_needs_a_restart_is_named_and_does_not_change() {
    let scratch = Scratch::serving("2000", "2000");
    let moved = CONFIG
        .replace("{dir}/parsec.sock", "{dir}/other.sock")
        .replace("{dir}/keys/", "{dir}/elsewhere/");
    scratch.write("config.toml", &moved);
    for _ in 0..2 {
        scratch.reload("reloaded");
    }
    let log = scratch.log();
    for setting in ["socket_path in [listener]", "path in [key_store]"] {
        let said = format!("`{setting}` has changed, which needs a restart");
        assert_eq!(log.matches(&said).count(), 2, "{log}");
    }
    assert!(scratch.wire().answers());
    assert!(!scratch.path().join("other.sock").exists());
    assert!(!scratch.path().join("elsewhere").exists());
}

#[test]
fn systemd_is_told_of_each_step() {
    let mut scratch = Scratch::default();
    let path = scratch.path().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd.set_read_timeout(Some(PATIENCE)).unwrap();
    let next = || {
        let mut buffer = [0; 4096];
        let length = systemd.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    scratch.write("config.toml", CONFIG);
    let mut command = scratch.command();
    command
        .env("NOTIFY_SOCKET", &path)
        .args(["--config", "config.toml"]);
    scratch.spawn(&mut command);
    assert_eq!(next().trim(), "READY=1");
    // Ready means that it answers.
    assert!(scratch.wire().answers());
    scratch.write("config.toml", "");
    scratch.signal(Signal::HUP);
    let reloading = next();
    assert!(reloading.contains("RELOADING=1"), "{reloading}");
    assert!(reloading.contains("MONOTONIC_USEC="), "{reloading}");
    let done = next();
    assert!(done.contains("READY=1"), "{done}");
    assert!(done.contains("the old one holds on"), "{done}");
    scratch.signal(Signal::TERM);
    assert_eq!(next().trim(), "STOPPING=1");
    assert!(scratch.wait().success());
}

#[test]
fn a_rule_about_a_provider_that_only_a_restart_brings_is_refused() {
    let scratch = Scratch::serving("2000", "2000");
    let renamed = CONFIG.replace(
        "provider_type = \"MbedCrypto\"",
        "provider_type = \"MbedCrypto\"\nname = \"another\"",
    );
    let rule = "[[policy.deny]]\nproviders = [\"another\"]\n";
    scratch.write("config.toml", &format!("{renamed}\n{rule}"));
    scratch.reload("only after a restart");
    scratch.write("config.toml", &renamed);
    scratch.reload("needs a restart");
    assert!(scratch.wire().answers());
}
