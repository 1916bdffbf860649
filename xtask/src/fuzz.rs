//! Running the fuzz targets.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::{lint, places, setup, shell};

/// Arguments of `cargo xtask fuzz`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Targets; default: all. `--list` prints them
    targets: Vec<String>,
    /// Seconds per target
    #[arg(long, default_value = "10")]
    seconds: f64,
    /// Seed of the random numbers; the same seed runs the same inputs
    #[arg(long, default_value = "1")]
    seed: u64,
    /// Run libFuzzer, which measures code coverage. The first run compiles everything again
    #[arg(long)]
    coverage: bool,
    /// List the targets and their inputs
    #[arg(long)]
    list: bool,
}

/// Instrumentation for libFuzzer. These are options of the stable compiler; detecting memory errors
/// would need the nightly compiler.
const INSTRUMENTED: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Builds the driver and the service, and runs the targets; an error if a target finds a fault.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    setup::run(setup::Wanted::Everything)?;
    let mut build = shell::cargo(&["build", "--workspace", "--all-features"]);
    build.args(["--bin", "parsec-fuzz", "--bin", "parsec-service"]);
    shell::step(lint::with_clippy(&mut build))?;
    let built = places::target().join("debug");
    let mut command = Command::new(built.join("parsec-fuzz"));
    command
        .args(&arguments.targets)
        .args(["--seconds", &arguments.seconds.to_string()])
        .args(["--seed", &arguments.seed.to_string()])
        .env("PARSEC_SERVICE_BINARY", built.join("parsec-service"));
    if arguments.list {
        command.arg("--list");
    }
    if arguments.coverage {
        match build_instrumented() {
            Ok(program) => drop(command.arg("--coverage").arg(program)),
            Err(error) => println!(
                "\nWITHOUT COVERAGE: the targets for libFuzzer cannot be built here: {error:#}\n\
                 All targets run under the driver instead."
            ),
        }
    }
    shell::step(&mut command).map(drop)
}

fn build_instrumented() -> Result<PathBuf> {
    let package = places::root().join("tests/fuzz/fuzz");
    // The same versions as in the workspace, without a second list to maintain.
    fs::copy(
        places::root().join("Cargo.lock"),
        package.join("Cargo.lock"),
    )
    .context("copying Cargo.lock")?;
    let target = places::target().join("fuzz/build");
    // If the platform is named, build scripts are not instrumented.
    let platform = platform()?;
    let mut build = shell::cargo(&["build", "--release", "--target", &platform]);
    build
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .current_dir(&package)
        .arg("--target-dir")
        .arg(&target)
        .env("RUSTFLAGS", INSTRUMENTED.join(" "));
    if shell::find_program("c++").is_none() {
        build.env("CXX", "clang++");
    }
    shell::step(&mut build)?;
    Ok(target.join(platform).join("release/target"))
}

/// Returns this machine's target triple.
fn platform() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .context("`rustc -vV` does not print the platform")
}
