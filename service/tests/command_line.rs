#![forbid(unsafe_code)]
//! What `parsec-service` says when it is asked, and how it ends when something is wrong.

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use parsec_contracts::Status;
use parsec_contracts::operations::PsaExportPublicKey;
use support::{CONFIG, Scratch};

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn check_prints_what_would_hold_and_makes_nothing() {
    let scratch = Scratch::default();
    scratch.write("config.toml", CONFIG);
    let checked = scratch.run(&["--config", "config.toml", "--check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    let said = stdout(&checked);
    for part in [
        scratch.socket().display().to_string().as_str(),
        "timeout",
        "2000",
        "auth_type = \"Direct\"",
        "mbed-crypto-provider",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert!(!scratch.socket().exists());
    assert!(!scratch.path().join("keys").exists());
}

#[test]
fn check_ends_with_2_and_the_line_when_the_config_is_wrong() {
    let scratch = Scratch::default();
    scratch.write("config.toml", &CONFIG.replace("allow_root", "allow_rot"));
    for arguments in [
        &["--config", "config.toml", "--check"][..],
        &["--config", "config.toml"],
    ] {
        let checked = scratch.run(arguments);
        assert_eq!(checked.status.code(), Some(2));
        let said = stderr(&checked);
        assert!(said.contains("config.toml:3"), "{said}");
        assert!(
            said.contains("`allow_rot`") && said.contains("`allow_root`"),
            "{said}"
        );
        assert_eq!(stdout(&checked), "");
    }
    let absent = scratch.run(&["--config", "absent.toml", "--check"]);
    assert_eq!(absent.status.code(), Some(2));
    assert!(
        stderr(&absent).contains("absent.toml"),
        "{}",
        stderr(&absent)
    );
}

#[test]
fn version_and_help_are_answers() {
    let scratch = Scratch::default();
    let version = scratch.run(&["--version"]);
    assert!(version.status.success());
    assert!(stdout(&version).contains(env!("CARGO_PKG_VERSION")));
    let help = scratch.run(&["--help"]);
    assert!(help.status.success());
    assert!(stdout(&help).contains("--config"));
}

#[test]
fn the_embedded_default_lives_where_systemd_says() {
    // A host with a config of its own would use that one.
    if Path::new("/etc/parsec/config.toml").exists() {
        return;
    }
    let mut scratch = Scratch::default();
    let state = scratch.path().join("state");
    let run = scratch.path().join("run");
    let mut command = scratch.command();
    command
        .env("STATE_DIRECTORY", &state)
        .env("RUNTIME_DIRECTORY", &run);
    scratch.spawn(&mut command);
    scratch.wait_until_ready(&run.join("parsec.sock"));
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    assert_eq!(mode(&run.join("parsec.sock")), 0o666);
    let mut files = 0;
    for entry in state.read_dir().unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files >= 2, "a store and a master key");
}

/// What is logged at most of a request of `some-tenant` for a key that does not exist.
fn log_of_a_refusal(config: &str) -> String {
    let mut scratch = Scratch::default();
    scratch.write("config.toml", config);
    let mut command = scratch.command();
    command
        .env("RUST_LOG", "trace")
        .args(["--config", "config.toml"]);
    scratch.spawn(&mut command);
    scratch.wait_until_ready(&scratch.socket());
    let key_name = "a-very-telling-name".to_owned();
    let status = scratch
        .wire()
        .call("some-tenant", PsaExportPublicKey { key_name });
    assert_eq!(status, Status::PsaErrorDoesNotExist);
    let log = scratch.log();
    assert!(log.contains("psa_export_public_key"), "{log}");
    log
}

#[test]
fn a_log_names_applications_only_where_that_is_wanted_and_keys_never() {
    let log = log_of_a_refusal(CONFIG);
    assert!(!log.contains("some-tenant"), "{log}");
    assert!(!log.contains("a-very-telling-name"), "{log}");
    let detailed = CONFIG.replace("[listener]", "log_error_details = true\n[listener]");
    let log = log_of_a_refusal(&detailed);
    assert!(log.contains("some-tenant"), "{log}");
    assert!(!log.contains("a-very-telling-name"), "{log}");
}
