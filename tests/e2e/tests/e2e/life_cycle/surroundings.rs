//! The working folder, umask and user of the service do not change which keys it finds or how its
//! files are protected, and it leaves no core dump.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use parsec_contracts::Status;
use parsec_contracts::operations::PsaExportPublicKey;
use parsec_harness::{Service, eventually, keys};
use rustix::process::Signal;

/// A configuration with relative paths.
fn relative() -> String {
    Service::direct_config().replace("{state}/", "keys/")
}

/// Starts the service from a shell with a given folder and umask.
fn start_in(service: &mut Service, folder: &Path, umask: &str, config: &str) {
    let mut command = service.command();
    let binary = command.get_program().to_owned();
    command = Command::new("sh");
    command
        .args(["-c", "umask $1 && cd \"$2\" && exec \"$0\" --config \"$3\""])
        .arg(binary)
        .arg(umask)
        .arg(folder)
        .arg(config);
    service.spawn(&mut command);
    service.wait_until_ready(&service.socket());
}

#[test]
fn the_same_keys_are_found_from_any_folder_and_with_any_umask() {
    let mut service = Service::prepared(relative());
    let here = service.scratch().to_owned();
    let config = here.join("config.toml");
    start_in(&mut service, &here, "000", "config.toml");
    assert_eq!(
        service.wire().ask("web", keys::signer("k")),
        Status::Success
    );
    let public = || PsaExportPublicKey {
        key_name: "k".to_owned(),
    };
    let first = service.wire().output("web", public());
    assert!(service.terminate().success());

    fs::create_dir_all(here.join("a/b")).unwrap();
    for (folder, umask) in [("/", "077"), (here.join("a/b").to_str().unwrap(), "777")] {
        start_in(
            &mut service,
            Path::new(folder),
            umask,
            config.to_str().unwrap(),
        );
        assert_eq!(service.wire().output("web", public()), first);
        assert!(service.terminate().success());
    }
    let mut found = 0;
    for entry in fs::read_dir(here.join("keys")).unwrap() {
        let path = entry.unwrap().path();
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
        found += 1;
    }
    assert!(found >= 2, "a store and a master key");
}

#[test]
fn the_sockets_folder_is_accessible_with_any_umask() {
    let text = Service::direct_config().replace("{socket}", "{scratch}/new/run/parsec.sock");
    let mut service = Service::prepared(text);
    let config = service.scratch().join("config.toml");
    let mut command = Command::new("sh");
    command
        .args(["-c", "umask 077 && exec \"$0\" --config \"$1\""])
        .arg(service.command().get_program())
        .arg(config);
    service.spawn(&mut command);
    let socket = service.scratch().join("new/run/parsec.sock");
    service.wait_until_ready(&socket);
    for folder in ["new", "new/run"] {
        let made = service.scratch().join(folder).metadata().unwrap();
        assert_eq!(made.permissions().mode() & 0o777, 0o755, "{folder}");
    }
}

#[test]
fn a_crash_leaves_no_core_dump() {
    let mut service = Service::prepared(Service::direct_config());
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -c unlimited && exec \"$0\" --config config.toml",
        ])
        .arg(service.command().get_program())
        .current_dir(service.scratch());
    service.spawn(&mut command);
    service.wait_until_ready(&service.socket());
    assert_eq!(core_limits(service.pid()), ["0", "0"]);
    service.signal(Signal::ABORT);
    assert!(!service.wait().core_dumped());
}

#[test]
fn core_dumps_are_disabled_before_a_pin_is_read() {
    for arguments in [
        &[][..],
        &["--check"],
        &["--explain-policy", "web"],
        &["store", "check"],
        &["audit", "verify"],
    ] {
        let mut service = Service::builder().prepare();
        // Nobody writes to this pipe, so reading the configuration never finishes.
        let made = Command::new("mkfifo")
            .arg(service.scratch().join("config.toml"))
            .status();
        assert!(made.unwrap().success());
        let mut command = service.command();
        command.args(["--config", "config.toml"]).args(arguments);
        service.spawn(&mut command);
        let what = format!("{arguments:?} forbids core dumps");
        eventually(what, || core_limits(service.pid()) == ["0", "0"]);
    }
}

/// Returns the soft and hard limits of core dumps.
fn core_limits(pid: u32) -> [String; 2] {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let cores = limits.lines().find(|line| line.starts_with("Max core"));
    let mut words = cores.unwrap().split_whitespace().skip(4);
    [(); 2].map(|()| words.next().unwrap().to_owned())
}
