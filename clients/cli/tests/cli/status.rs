//! `parsec status`.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

use parsec_harness::{Devices, Service, cli};
use serde_json::Value;

fn status(service: &Service, arguments: &[&str]) -> Output {
    command(service, arguments).output().unwrap()
}

fn command(service: &Service, arguments: &[&str]) -> Command {
    let mut command = Command::new(cli());
    command
        .args(["--application", "web", "status"])
        .args(arguments)
        .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
        .stdin(Stdio::null());
    command
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn with_numbers() -> Service {
    let config = format!(
        "{}\n[metrics]\nlisten = \"unix:{{scratch}}/run/metrics.sock\"\n",
        Service::direct_config()
    );
    Service::builder().config(config).start()
}

#[test]
fn status_summarizes_the_service() {
    let service = with_numbers();
    let made = Command::new(cli())
        .args(["--application", "web", "key", "create", "k"])
        .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let output = status(&service, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let printed = text(output.stdout);
    for part in [
        "Parsec responds at unix:",
        "wire protocol 1.0",
        "up ",
        "1 connection, ",
        "has 1 key",
        "ok: software: ",
        "; 1 key, 0 waiting, ",
    ] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
    let output = status(&service, &["--json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["healthy"], true);
    assert_eq!(value["keys"], 1);
    assert_eq!(value["providers"][0]["name"], "software");
    assert_eq!(value["providers"][0]["keys"], 1);
    assert!(
        value["service"]["requests"].as_u64().unwrap() >= 5,
        "{value}"
    );
    assert!(value["ping_seconds"].as_f64().unwrap() > 0.0);
}

#[test]
fn status_without_metrics_refers_to_the_configuration() {
    let service = Service::direct();
    let output = status(&service, &[]);
    assert_eq!(output.status.code(), Some(0));
    let printed = text(output.stdout);
    assert!(
        printed.contains("ok: software") && printed.contains("[metrics]"),
        "{printed}"
    );
    let value: Value = serde_json::from_slice(&status(&service, &["--json"]).stdout).unwrap();
    assert_eq!(value["service"], Value::Null);
    let wrong = status(&service, &["--metrics", "unix:/nowhere/metrics.sock"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(wrong.stderr).contains("/nowhere/metrics.sock"));
}

#[test]
fn watching_continues_across_a_restart_of_the_service() {
    let mut service = with_numbers();
    let mut watch = command(&service, &["--json", "--watch", "0.05"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let mut until = |healthy: bool| loop {
        let line = lines.next().unwrap().unwrap();
        let value: Value = serde_json::from_str(&line).unwrap();
        if value["healthy"] == healthy {
            return value;
        }
    };
    let first = until(true)["service"]["requests"].as_u64().unwrap();
    let second = until(true)["service"]["requests"].as_u64().unwrap();
    assert!(second > first, "each round queries the service");
    service.kill();
    assert!(until(false)["failure"].is_string());
    service.restart();
    until(true);
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn status_reports_an_absent_device_and_its_return() {
    let mut devices = Devices::start();
    let service = devices.service().start();
    devices.swtpm.kill();
    let output = status(&service, &[]);
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    let printed = text(output.stdout);
    assert!(printed.contains("failed: tpm: "), "{printed}");
    assert!(printed.contains("ok: pkcs11: "), "{printed}");
    devices.swtpm.restart();
    let output = status(&service, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
