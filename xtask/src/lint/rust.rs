//! Rust's own checks.

use std::process::Command;

use anyhow::Result;

use super::check::{Log, Outcome};
use crate::{places, shell};

/// Formatting.
pub(super) fn format(log: &mut Log) -> Result<Outcome> {
    log.verdict(&mut shell::cargo(&["fmt", "--check"]))
}

/// Compiler and clippy warnings, each an error.
pub(super) fn clippy(log: &mut Log) -> Result<Outcome> {
    let selection = ["clippy", "--workspace", "--all-targets", "--all-features"];
    let mut command = shell::cargo(&selection);
    command.args(["--quiet", "--", "--deny", "warnings"]);
    log.verdict(&mut command)
}

/// A pinned toolchain newer than `rust-version` in Cargo.toml: while both are the same, each build
/// proves that the oldest supported Rust suffices.
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

/// Whether `rustc --version` printed a release of `minor`, such as 1.95.
fn is_release_of(version: &str, minor: &str) -> bool {
    let release = version.split_whitespace().nth(1).unwrap_or_default();
    let rest = release.strip_prefix(minor);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Generated files. The codegen is built with the features that everything is tested with, so that
/// nothing is compiled twice.
pub(super) fn generated(log: &mut Log) -> Result<Outcome> {
    let selection = ["build", "--quiet", "--workspace", "--all-features"];
    let mut build = shell::cargo(&selection);
    build.args(["--bin", "parsec-codegen"]);
    if let (false, _) = log.run(&mut build)? {
        return Ok(Outcome::Failed("the codegen does not compile".to_owned()));
    }
    let mut compare = Command::new(places::target().join("debug/parsec-codegen"));
    compare.arg("--root").arg(places::root()).arg("--check");
    log.verdict(&mut compare)
}

#[cfg(test)]
mod tests {
    use super::*;

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
