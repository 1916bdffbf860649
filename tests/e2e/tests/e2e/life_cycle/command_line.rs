//! Output and exit codes of `parsec-service`.

use std::process::Output;

use parsec_contracts::Status;
use parsec_contracts::operations::PsaExportPublicKey;
use parsec_harness::Service;

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn check_prints_the_effective_settings_and_creates_nothing() {
    let service = Service::prepared(Service::direct_config());
    let checked = service.run(&["--config", "config.toml", "--check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    let text = stdout(&checked);
    for part in [
        service.socket().display().to_string().as_str(),
        "timeout",
        "3000",
        "auth_type = \"Direct\"",
        "mbed-crypto-provider",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!service.socket().exists());
    assert_eq!(service.state_dir().read_dir().unwrap().count(), 0);
}

#[test]
fn check_exits_with_2_and_names_the_line_of_an_invalid_setting() {
    let wrong = Service::direct_config().replace("allow_root", "allow_rot");
    let service = Service::prepared(wrong);
    for arguments in [
        &["--config", "config.toml", "--check"][..],
        &["--config", "config.toml"],
    ] {
        let checked = service.run(arguments);
        assert_eq!(checked.status.code(), Some(2));
        let text = stderr(&checked);
        assert!(text.contains("config.toml:3"), "{text}");
        assert!(
            text.contains("`allow_rot`") && text.contains("`allow_root`"),
            "{text}"
        );
        assert_eq!(stdout(&checked), "");
    }
    let absent = service.run(&["--config", "absent.toml", "--check"]);
    assert_eq!(absent.status.code(), Some(2));
    assert!(
        stderr(&absent).contains("absent.toml"),
        "{}",
        stderr(&absent)
    );
}

#[test]
fn version_and_help_succeed() {
    let service = Service::builder().prepare();
    let version = service.run(&["--version"]);
    assert!(version.status.success());
    assert!(stdout(&version).contains(env!("CARGO_PKG_VERSION")));
    let help = service.run(&["--help"]);
    assert!(help.status.success());
    assert!(stdout(&help).contains("--config"));
}

/// Returns the log at its most verbose level after `some-tenant` requested a key that does not
/// exist.
fn log_of_a_refusal(config: &str) -> String {
    let service = Service::builder()
        .config(config)
        .env("RUST_LOG", "trace")
        .start();
    let key_name = "a-very-telling-name".to_owned();
    let status = service
        .wire()
        .ask("some-tenant", PsaExportPublicKey { key_name });
    assert_eq!(status, Status::PsaErrorDoesNotExist);
    service.wait_for_log("psa_export_public_key");
    service.log()
}

#[test]
fn the_log_names_applications_only_if_configured_and_never_keys() {
    let log = log_of_a_refusal(&Service::direct_config());
    assert!(!log.contains("some-tenant"), "{log}");
    assert!(!log.contains("a-very-telling-name"), "{log}");
    let detailed =
        Service::direct_config().replace("[listener]", "log_error_details = true\n[listener]");
    let log = log_of_a_refusal(&detailed);
    assert!(log.contains("some-tenant"), "{log}");
    assert!(!log.contains("a-very-telling-name"), "{log}");
}
