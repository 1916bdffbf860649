#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! End-to-end tests that need something a machine may lack: root, vsock, a journal, namespaces,
//! SPIRE. If it is missing, the test is ignored, and the runner prints the reason.

mod containers;
mod core_dumps;
mod crowds;
mod embedded_default;
mod full_disk;
mod journal;
mod killed_changes;
mod needs;
mod other_users;
mod packaging;
mod power_cuts;
mod spire;
mod trusted_service;
mod vsock;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    if containers::is_inside() {
        containers::inside();
        return ExitCode::SUCCESS;
    }
    if crowds::is_crowd() {
        crowds::be_crowd();
        return ExitCode::SUCCESS;
    }
    let trials = [
        containers::trials(),
        core_dumps::trials(),
        crowds::trials(),
        embedded_default::trials(),
        full_disk::trials(),
        journal::trials(),
        killed_changes::trials(),
        other_users::trials(),
        packaging::trials(),
        power_cuts::trials(),
        spire::trials(),
        trusted_service::trials(),
        vsock::trials(),
    ];
    let trials = trials.into_iter().flatten().collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
