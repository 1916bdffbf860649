//! `parsec-service --ephemeral`, for the tests of applications.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use parsec_harness::{cli, eventually, service_binary};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Returns the command, whose folders are in `place`.
fn ephemeral(place: &TempDir) -> Command {
    let mut command = Command::new(service_binary());
    command
        .arg("--ephemeral")
        .env("TMPDIR", place.path())
        .stdin(Stdio::null());
    command
}

/// Returns the endpoint that a started service prints.
fn endpoint(service: &mut Child) -> String {
    let mut line = String::new();
    let output = service.stdout.take().unwrap();
    BufReader::new(output).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

fn folders(place: &TempDir) -> Vec<PathBuf> {
    let entries = place.path().read_dir().unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[track_caller]
fn ok(output: &Output) {
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn it_prints_the_endpoint_of_a_private_folder_and_deletes_that_at_the_end() {
    let place = TempDir::new().unwrap();
    let mut service = ephemeral(&place).stdout(Stdio::piped()).spawn().unwrap();
    let endpoint = endpoint(&mut service);
    let folder = Path::new(endpoint.strip_prefix("unix:").unwrap());
    let folder = folder.parent().unwrap();
    assert_eq!(folders(&place), [folder]);
    let mode = folder.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let parsec = |arguments: &[&str]| {
        let mut command = Command::new(cli());
        command.args(["--endpoint", &endpoint]).args(arguments);
        command.output().unwrap()
    };
    ok(&parsec(&["key", "create", "k"]));
    // A test may act for several applications, and as an administrator.
    ok(&parsec(&["--application", "web", "key", "create", "k"]));
    ok(&parsec(&["--application", "admin", "admin", "clients"]));
    kill_process(Pid::from_child(&service), Signal::TERM).unwrap();
    assert!(service.wait().unwrap().success());
    assert!(folders(&place).is_empty());
}

#[test]
fn a_command_finds_the_service_and_determines_the_exit_status() {
    let place = TempDir::new().unwrap();
    let run = |script: &str| {
        let mut command = ephemeral(&place);
        command.args(["--", "sh", "-c", script]).arg(cli());
        command.output().unwrap()
    };
    let output = run("\"$0\" key create k && \"$0\" key list");
    ok(&output);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("k "), "{text}");
    let warning = String::from_utf8_lossy(&output.stderr);
    assert!(warning.contains("for tests only"), "{warning}");
    assert_eq!(run("exit 7").status.code(), Some(7));
    assert_eq!(run("kill -KILL $$").status.code(), Some(128 + 9));
    let absent = ephemeral(&place).args(["--", "/no/such/program"]).output();
    let absent = absent.unwrap();
    assert_eq!(absent.status.code(), Some(1));
    let text = String::from_utf8_lossy(&absent.stderr);
    assert!(text.contains("/no/such/program cannot be run"), "{text}");
    assert!(folders(&place).is_empty());
}

#[test]
fn it_ends_with_the_process_that_started_it() {
    let place = TempDir::new().unwrap();
    // The shell ends without stopping the service.
    let mut shell = Command::new("sh")
        .args(["-c", "\"$0\" --ephemeral & read -r line"])
        .arg(service_binary())
        .env("TMPDIR", place.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(endpoint(&mut shell).starts_with("unix:"));
    assert_eq!(folders(&place).len(), 1);
    drop(shell.stdin.take());
    shell.wait().unwrap();
    eventually("the end of the service", || {
        folders(&place).is_empty().then_some(())
    });
}

#[test]
fn a_signal_ends_the_command_too() {
    let place = TempDir::new().unwrap();
    let mut service = ephemeral(&place)
        .args(["--", "sh", "-c", "echo started; exec sleep 600"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(endpoint(&mut service), "started");
    kill_process(Pid::from_child(&service), Signal::TERM).unwrap();
    assert_eq!(service.wait().unwrap().code(), Some(128 + 15));
    assert!(folders(&place).is_empty());
}

#[test]
fn it_has_no_configuration() {
    let place = TempDir::new().unwrap();
    for wrong in [
        &["--config", "config.toml"][..],
        &["--check"],
        &["--explain-policy", "web"],
        &["store", "check"],
    ] {
        let output = ephemeral(&place).args(wrong).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {output:?}");
    }
    let without = Command::new(service_binary()).args(["--", "true"]).output();
    assert_eq!(without.unwrap().status.code(), Some(2));
}
