//! Every test.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::{setup, shell};

/// Sets up, builds and tests.
pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    setup::run()?;
    let set_up = start.elapsed();
    // The harness starts these; built here, no test spends its own time on it.
    let binaries = shell::step(&mut shell::cargo(&[
        "build",
        "--package",
        "parsec-service",
        "--package",
        "parsec-cli",
    ]))?;
    let build = shell::step(&mut shell::cargo(&["test", "--workspace", "--no-run"]))?;
    let built = shell::target().join("debug");
    let testing = Instant::now();
    // One failure shall not hide the others.
    let outcome = shell::step(
        shell::cargo(&["test", "--workspace", "--no-fail-fast"])
            .env("PARSEC_SERVICE_BINARY", built.join("parsec-service"))
            .env("PARSEC_CLI_BINARY", built.join("parsec")),
    );

    println!();
    report("set-up", set_up);
    report("build", binaries + build);
    report("tests", testing.elapsed());
    report("together", start.elapsed());
    outcome.context("tests failed; they are listed above")?;
    println!("Every test passed.");
    Ok(())
}

fn report(what: &str, time: Duration) {
    println!("  {what:<10} {:>7.1} s", time.as_secs_f64());
}
