//! Reloads by SIGHUP.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use parsec_contracts::Status;
use parsec_contracts::operations::{ListClients, PsaGenerateRandom};
use parsec_harness::Service;
use rustix::process::Signal;

fn with_setting(setting: &str) -> String {
    Service::direct_config().replace(
        "allow_root = true",
        &format!("allow_root = true\n{setting}"),
    )
}

#[test]
fn a_reload_applies_to_open_connections_and_keeps_them() {
    let service = Service::direct();
    let mut wire = service.wire();
    let random = || PsaGenerateRandom { size: 101 };
    assert_eq!(wire.ask("", random()), Status::Success);
    service.configure(&with_setting("buffer_size_limit = 100"));
    service.reload("reloaded");
    assert_eq!(wire.ask("", random()), Status::ResponseTooLarge);
    service.configure(&Service::direct_config());
    service.reload("reloaded");
    assert_eq!(wire.ask("", random()), Status::Success);
}

#[test]
fn administrators_and_the_level_of_the_log_change_with_a_reload() {
    let service = Service::direct();
    let mut wire = service.wire();
    assert_eq!(wire.ask("late", ListClients {}), Status::AdminOperation);
    assert!(!service.log().contains("list_clients"), "{}", service.log());
    let promoted = with_setting("log_level = \"debug\"").replace("\"admin\"", "\"late\"");
    service.configure(&promoted);
    service.reload("reloaded");
    assert_eq!(wire.ask("late", ListClients {}), Status::Success);
    assert_eq!(wire.ask("admin", ListClients {}), Status::AdminOperation);
    assert!(service.log().contains("list_clients"), "{}", service.log());
}

#[test]
fn an_invalid_config_changes_nothing_and_is_logged() {
    let service = Service::direct();
    let mut wire = service.wire();
    for (wrong, why) in [
        (
            Service::direct_config().replace("allow_root", "allow_rot"),
            "config.toml:3",
        ),
        (
            Service::direct_config().replace("allow_root = true", ""),
            "allow_root",
        ),
        (
            Service::direct_config().replace("\"Direct\"", "\"Nobody\""),
            "auth_type",
        ),
        (String::new(), "core_settings"),
    ] {
        // If part of the invalid configuration took effect, it would be this setting.
        let wrong = wrong.replace("timeout = 3000", "timeout = 1");
        service.configure(&wrong);
        service.reload("the old one stays in effect");
        assert!(service.log().contains(why), "{why}: {}", service.log());
        assert_eq!(wire.ask("admin", ListClients {}), Status::Success);
        assert!(service.wire().answers());
    }
    std::fs::remove_file(service.scratch().join("config.toml")).unwrap();
    service.reload("the old one stays in effect");
    service.configure(&Service::direct_config());
    service.reload("reloaded");
    assert!(wire.answers());
}

#[test]
fn settings_that_need_a_restart_are_logged_and_unchanged() {
    let service = Service::direct();
    let moved = Service::direct_config()
        .replace("{socket}", "{scratch}/other.sock")
        .replace("{state}/", "{scratch}/elsewhere/");
    service.configure(&moved);
    for _ in 0..2 {
        service.reload("reloaded");
    }
    let log = service.log();
    for setting in ["socket_path in [listener]", "path in [key_store]"] {
        let output = format!("`{setting}` has changed, which needs a restart");
        assert_eq!(log.matches(&output).count(), 2, "{log}");
    }
    assert!(service.wire().answers());
    assert!(!service.scratch().join("other.sock").exists());
    assert!(!service.scratch().join("elsewhere").exists());
}

#[test]
fn systemd_is_notified_of_each_step() {
    let mut service = Service::prepared(Service::direct_config());
    let path = service.scratch().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let next = || {
        let mut buffer = [0; 4096];
        let length = systemd.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    let mut command = service.command();
    command
        .env("NOTIFY_SOCKET", &path)
        .args(["--config", "config.toml"]);
    service.spawn(&mut command);
    assert_eq!(next().trim(), "READY=1");
    // Ready means that it responds.
    assert!(service.wire().answers());
    service.configure("");
    service.signal(Signal::HUP);
    let reloading = next();
    assert!(reloading.contains("RELOADING=1"), "{reloading}");
    assert!(reloading.contains("MONOTONIC_USEC="), "{reloading}");
    let done = next();
    assert!(done.contains("READY=1"), "{done}");
    assert!(done.contains("the old one stays in effect"), "{done}");
    service.signal(Signal::TERM);
    assert_eq!(next().trim(), "STOPPING=1");
    assert!(service.wait().success());
}

#[test]
fn a_rule_about_a_provider_that_needs_a_restart_is_refused() {
    let service = Service::direct();
    let renamed = Service::direct_config().replace(
        "provider_type = \"MbedCrypto\"",
        "provider_type = \"MbedCrypto\"\nname = \"another\"",
    );
    let rule = "[[policy.deny]]\nproviders = [\"another\"]\n";
    service.configure(&format!("{renamed}\n{rule}"));
    service.reload("only by a restart");
    service.configure(&renamed);
    service.reload("needs a restart");
    assert!(service.wire().answers());
}
