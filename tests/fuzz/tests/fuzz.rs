#![forbid(unsafe_code)]
//! Runs each target on its corpus, which contains the inputs of fixed faults, and briefly with
//! mutations (a minute in the extended tests). `cargo xtask fuzz` runs them for longer.

use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use parsec_harness::is_extended;
use parsec_tests_fuzz::driver::{Limits, supervise};
use parsec_tests_fuzz::{TARGETS, Target};

fn main() -> ExitCode {
    let trials = TARGETS
        .iter()
        .map(|target| Trial::test(target.name, move || run(target)))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn run(target: &'static Target) -> Result<(), Failed> {
    let limits = Limits {
        time: match is_extended() {
            true => Duration::from_secs(60),
            false => Duration::from_millis(1500),
        },
        executions: u64::MAX,
        seed: 1,
        keep: None,
    };
    let report = supervise(target, &limits, env!("CARGO_BIN_EXE_parsec-fuzz"))?;
    let faults: Vec<_> = report
        .summary
        .faults
        .iter()
        .map(|fault| format!("{}\n  kept in {}", fault.message, fault.file.display()))
        .collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n").into()),
    }
}
