//! The examples of the methods of `contracts/handles`, run in a shell.

use std::process::Command;

use parsec_harness::{Service, cli};
use tempfile::TempDir;

use crate::generated::EXAMPLES;

#[test]
fn every_example_of_a_method_works_in_a_shell() {
    let service = Service::direct();
    let program = cli();
    let folder = program.parent().unwrap();
    let path = format!(
        "{}:{}",
        folder.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut failed = Vec::new();
    for (name, lines) in EXAMPLES {
        let scratch = TempDir::new().unwrap();
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &lines.join("\n")])
            .current_dir(scratch.path())
            .env("PATH", &path)
            .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
            // A separate application per example, so that examples may use the same names.
            .env("PARSEC_APPLICATION", name)
            .output()
            .unwrap();
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            failed.push(format!("{name}:\n{}\n{text}", lines.join("\n")));
        }
    }
    assert!(EXAMPLES.len() > 30, "only {} examples", EXAMPLES.len());
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
