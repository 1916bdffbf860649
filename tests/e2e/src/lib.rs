#![forbid(unsafe_code)]
//! Shared code of the two test targets: `tests/e2e`, which needs only the packages of `cargo xtask
//! setup`, and `tests/machine`, whose tests are ignored, with a reason, if the machine lacks
//! something.

pub mod audit;

use std::path::{Path, PathBuf};
use std::process::Command;

use parsec_contracts::operations::ListClientUsage;
use parsec_harness::{Service, eventually};

/// Waits until a service with the direct authenticator has admitted this number of requests of an
/// application.
///
/// # Panics
///
/// If it does not, or if `admin` is not an administrator.
pub fn wait_for_requests(service: &Service, app: &str, count: u64) {
    let mut wire = service.wire();
    eventually(format!("{count} requests of {app}"), || {
        let usage = wire.ask_extended("admin", ListClientUsage {});
        let clients = usage.output::<ListClientUsage>().expect("usage").clients;
        clients
            .iter()
            .any(|one| one.client.name == app && one.requests >= count)
    });
}

/// Copies a program into a service's folder, where other users can run it.
///
/// # Panics
///
/// If it cannot be copied.
pub fn install(service: &Service, program: &Path, name: &str) -> PathBuf {
    let copy = service.scratch().join(name);
    // If this process wrote it directly, a child that another thread starts at the same moment
    // would hold it open for writing, and it could not be executed.
    let copied = Command::new("install")
        .args(["--mode", "755"])
        .args([program, &copy])
        .status()
        .expect("`install` runs");
    assert!(copied.success(), "{}: {copied}", program.display());
    copy
}
