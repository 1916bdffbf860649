//! PINs and master keys that systemd provides only to the unit: commands that do not need them work
//! without, and the others explain what to do.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Command;

use parsec_contracts::Status;
use parsec_harness::{Service, keys};

const AUDIT: &str = "\n[audit]\nto = \"file\"\n";

/// A token whose library is missing, which is detected after its PIN was read.
fn with_token(settings: &str) -> String {
    format!(
        "{config}{AUDIT}\n[[provider]]\nprovider_type = \"Pkcs11\"\nname = \"hsm\"\n\
         library_path = \"/nowhere/p11.so\"\n{settings}\n",
        config = Service::direct_config()
    )
}

/// Exit code, standard output and standard error.
fn run(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    (output.status.code().unwrap(), text)
}

/// Runs with a configuration file and only these environment variables.
fn run_with(config: &str, variables: &[(&str, &OsStr)], arguments: &[&str]) -> (i32, String) {
    let service = Service::prepared(config);
    let mut command = service.command();
    command
        .envs(variables.iter().copied())
        .args(["--config", "config.toml"])
        .args(arguments);
    run(&mut command)
}

/// The store with one key and the audit log of a stopped service.
fn used() -> Service {
    let mut service = Service::builder()
        .config(format!(
            "{config}{AUDIT}",
            config = Service::direct_config()
        ))
        .start();
    let key = keys::exportable("kept", b"data");
    assert_eq!(service.wire().ask("web", key), Status::Success);
    assert!(service.terminate().success());
    service
}

/// Runs a command line, split at spaces, in the folder.
fn say(service: &Service, words: &str) -> (i32, String) {
    let mut command = service.command();
    command
        .args(["--config", "config.toml"])
        .args(words.split(' '));
    run(&mut command)
}

#[test]
fn only_commands_that_open_the_token_need_its_pin() {
    let service = used();
    let pin = "user_pin_credential = \"hsm-pin\"";
    service.configure(&with_token(pin));
    for words in [
        "audit verify",
        "store check",
        "store backup copy",
        "store rekey",
        "--explain-policy web",
    ] {
        let (code, text) = say(&service, words);
        assert_eq!(code, 0, "{words}: {text}");
    }
    // Whether or not the token may be absent, because its presence is unknown.
    for settings in [pin.to_owned(), format!("{pin}\nskip_if_no_token = true")] {
        let (code, text) = run_with(&with_token(&settings), &[], &[]);
        assert_eq!(code, 1, "{text}");
        for part in [
            "the provider \"hsm\" does not start: ",
            "config.toml:30: `user_pin_credential`: CREDENTIALS_DIRECTORY is not set",
            "add `LoadCredential=hsm-pin:FILE` to the unit",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn check_distinguishes_untried_pins_from_unreadable_pins() {
    let (code, text) = run_with(
        &with_token("user_pin_credential = \"hsm-pin\""),
        &[],
        &["--check"],
    );
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("hsm: not checked: its PIN is"), "{text}");
    assert!(
        text.contains("--property=User=parsec --property=LoadCredential…=hsm-pin:FILE"),
        "{text}"
    );

    let folder = tempfile::tempdir().unwrap();
    let credentials = ("CREDENTIALS_DIRECTORY", folder.path().as_os_str());
    let odd = ("ODD_PIN", OsStr::from_bytes(b"73519\xff"));
    for (settings, wrong) in [
        (
            "user_pin_credential = \"hsm-pin\"",
            "add `LoadCredential=hsm-pin:FILE` to the unit",
        ),
        ("user_pin_file = \"absent\"", "/absent: No such file"),
        ("user_pin_env = \"ABSENT\"", "\"ABSENT\" is not set"),
        // The PIN can be read; then the library is missing.
        ("user_pin_env = \"ODD_PIN\"", "correct library_path"),
    ] {
        let (code, text) = run_with(&with_token(settings), &[credentials, odd], &["--check"]);
        assert_eq!(code, 6, "{settings}: {text}");
        assert!(text.contains("\"hsm\" does not start"), "{text}");
        assert!(text.contains(wrong), "{settings}: {text}");
        assert!(!text.contains("73519"), "{text}");
    }
    fs::write(folder.path().join("hsm-pin"), "73519\n").unwrap();
    let (code, text) = run_with(
        &with_token("user_pin_credential = \"hsm-pin\""),
        &[credentials],
        &["--check"],
    );
    assert_eq!(code, 6, "{text}");
    assert!(text.contains("correct library_path"), "{text}");
    assert!(!text.contains("73519"), "{text}");
}

#[test]
fn only_commands_that_open_the_store_need_a_master_key_credential() {
    let service = used();
    let store = "[key_store]\nmaster_key_credential = \"master\"\n";
    service.configure(&format!(
        "{config}{AUDIT}{store}",
        config = Service::direct_config()
    ));
    for words in ["audit verify", "--explain-policy web", "--check"] {
        let (code, text) = say(&service, words);
        assert_eq!(code, 0, "{words}: {text}");
    }
    for words in ["store check", "store backup copy"] {
        let (code, text) = say(&service, words);
        assert_eq!(code, 2, "{words}: {text}");
        for part in [
            "config.toml:26: `master_key_credential`: CREDENTIALS_DIRECTORY is not set",
            "add `LoadCredential=master:FILE` to the unit",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    assert!(!service.scratch().join("copy").exists());
    let key = service.state_dir().join("parsec-master.key");
    fs::rename(key, service.scratch().join("master")).unwrap();
    let mut command = service.command();
    command
        .env("CREDENTIALS_DIRECTORY", service.scratch())
        .args(["--config", "config.toml", "store", "check"]);
    let (code, text) = run(&mut command);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn an_unreadable_pin_does_not_prevent_a_reload() {
    let service = Service::direct();
    let strict = with_token("user_pin_file = \"absent\"").replace(AUDIT, "");
    service.configure(&strict.replace("\"admin\"", "\"late\""));
    service.reload("reloaded");
    let log = service.log();
    assert!(log.contains("`[[provider]]` has changed"), "{log}");
    let clients = parsec_contracts::operations::ListClients {};
    assert_eq!(service.wire().ask("late", clients), Status::Success);
}
