//! Every test.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::{setup, shell};

/// One selection for building and running, so that nothing is compiled twice.
const EVERYTHING: [&str; 3] = ["test", "--workspace", "--all-features"];

/// Sets up, builds and tests.
pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    setup::run()?;
    let set_up = start.elapsed();
    // With them come the service and the command line, which the harness starts.
    let build = shell::step(&mut shell::cargo(
        &[&EVERYTHING[..], &["--no-run"]].concat(),
    ))?;
    let built = shell::target().join("debug");
    let testing = Instant::now();
    // One failure shall not hide the others.
    let outcome = shell::step(
        shell::cargo(&[&EVERYTHING[..], &["--no-fail-fast"]].concat())
            .env("PARSEC_SERVICE_BINARY", built.join("parsec-service"))
            .env("PARSEC_CLI_BINARY", built.join("parsec")),
    );

    println!();
    report("set-up", set_up);
    report("build", build);
    report("tests", testing.elapsed());
    report("together", start.elapsed());
    outcome.context("tests failed; they are listed above")?;
    println!("Every test passed.");
    Ok(())
}

fn report(what: &str, time: Duration) {
    println!("  {what:<10} {:>7.1} s", time.as_secs_f64());
}
