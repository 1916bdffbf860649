//! Checks of Rust code.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::check::{Log, Outcome};
use crate::{places, shell};

/// Formatting.
pub(super) fn format(log: &mut Log) -> Result<Outcome> {
    log.verdict(&mut shell::cargo(&["fmt", "--check"]))
}

/// Compiler and clippy warnings, from the build that everything else uses: cargo stores the
/// warnings of compiled crates and prints them again, so that nothing is compiled only for this
/// check.
pub(super) fn clippy(log: &mut Log) -> Result<Outcome> {
    let (success, output) = log.run(&mut build(&["--all-targets"]))?;
    let warnings = output.lines().filter(|line| is_warning(line)).count();
    Ok(match (success, warnings) {
        (true, 0) => Outcome::passed(),
        (true, count) => Outcome::Failed(format!("{count} warnings")),
        (false, _) => Outcome::Failed("it does not compile".to_owned()),
    })
}

/// Errors and warnings of the Rust client without optional features, which nothing else compiles.
pub(super) fn features(log: &mut Log) -> Result<Outcome> {
    let mut client = shell::cargo(&["build", "--quiet", "--package", "parsec-client", "--lib"]);
    let (success, output) = log.run(with_clippy(&mut client))?;
    Ok(match (success, output.lines().any(is_warning)) {
        (true, false) => Outcome::passed(),
        (true, true) => Outcome::Failed("warnings".to_owned()),
        (false, _) => Outcome::Failed("it does not compile".to_owned()),
    })
}

/// Returns whether a warning begins in this line. Cargo's note about dependencies that a future
/// Rust version will reject does not concern our code.
fn is_warning(line: &str) -> bool {
    const OTHERS: &str = "warning: the following packages contain code that will be rejected";
    (line.starts_with("warning:") || line.starts_with("warning[")) && !line.starts_with(OTHERS)
}

/// Runs cargo's build of the workspace with the features of the tests.
pub(super) fn build(targets: &[&str]) -> Command {
    let mut command = shell::cargo(&["build", "--quiet", "--workspace", "--all-features"]);
    with_clippy(command.args(targets));
    command
}

/// Compiles the workspace's crates with clippy's driver, which also lints them. The output is
/// separate from that of plain rustc; dependencies are shared.
pub(crate) fn with_clippy(command: &mut Command) -> &mut Command {
    let beside_cargo = env::var_os("CARGO").map(|cargo| Path::new(&cargo).with_file_name(DRIVER));
    let driver = beside_cargo
        .filter(|driver| driver.is_file())
        .unwrap_or_else(|| PathBuf::from(DRIVER));
    command.env("RUSTC_WORKSPACE_WRAPPER", driver)
}

const DRIVER: &str = "clippy-driver";

/// Compares the pinned toolchain with `rust-version` in Cargo.toml: while both are the same, each
/// build proves that the oldest supported Rust suffices.
pub(super) fn oldest_rust(log: &mut Log) -> Result<Outcome> {
    let oldest = env!("CARGO_PKG_RUST_VERSION");
    let mut rustc = Command::new("rustc");
    rustc.arg("--version").current_dir(places::root());
    let (_, version) = log.run(&mut rustc)?;
    Ok(if is_release_of(&version, oldest) {
        Outcome::passed()
    } else {
        log.line("Pin rust-version's release in rust-toolchain.toml, or raise rust-version.");
        Outcome::Failed(format!(
            "rust-version is {oldest}, but everything is built with {}",
            version.trim_end()
        ))
    })
}

/// Returns whether `rustc --version` printed a release of `minor`, such as 1.95.
fn is_release_of(version: &str, minor: &str) -> bool {
    let release = version.split_whitespace().nth(1).unwrap_or_default();
    let rest = release.strip_prefix(minor);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Compares the generated files.
pub(super) fn generated(log: &mut Log) -> Result<Outcome> {
    // The whole workspace, because a single package would be compiled with other features.
    if let (false, _) = log.run(&mut build(&["--all-targets"]))? {
        return Ok(Outcome::Failed("codegen does not compile".to_owned()));
    }
    let mut compare = Command::new(places::target().join("debug/parsec-codegen"));
    compare.arg("--root").arg(places::root()).arg("--check");
    log.verdict(&mut compare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_warnings_of_the_workspace_only() {
        assert!(is_warning("warning: unused variable: `x`"));
        assert!(is_warning("warning[E0000]: something"));
        assert!(!is_warning("    = note: `#[warn(unused)]` on by default"));
        assert!(!is_warning(
            "warning: the following packages contain code that will be rejected by a future version of Rust: nom v3"
        ));
    }

    #[test]
    fn compares_minor_versions() {
        assert!(is_release_of("rustc 1.95.0 (59807616e 2026-04-14)", "1.95"));
        assert!(!is_release_of("rustc 1.95.0 (59807616e 2026-04-14)", "1.9"));
        assert!(!is_release_of(
            "rustc 1.96.1 (59807616e 2026-04-14)",
            "1.95"
        ));
        assert!(!is_release_of("", "1.95"));
    }
}
