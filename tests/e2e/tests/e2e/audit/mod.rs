//! The audit log: its contents, and detection of changes.

mod chain;
mod commands;
mod events;
mod overflow;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use parsec_harness::Service;
use serde_json::Value;

fn config(settings: &str) -> String {
    format!(
        "{config}\n[audit]\nto = \"file\"\n{settings}\n",
        config = Service::direct_config()
    )
}

fn start(settings: &str) -> Service {
    Service::builder().config(config(settings)).start()
}

fn log(service: &Service) -> PathBuf {
    service.state_dir().join("audit.jsonl")
}

fn events(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn verify(service: &Service) -> Output {
    service.run(&["--config", "config.toml", "audit", "verify"])
}

fn holds(service: &Service) -> String {
    let output = verify(service);
    let printed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{printed}");
    String::from_utf8(output.stdout).unwrap()
}

fn broken(service: &Service) -> String {
    let output = verify(service);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}
