//! Checks of the workspace's dependencies, with cargo-deny and cargo-shear.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::check::{Log, Outcome};
use super::tools;
use crate::places;

/// Licences, sources, and crates in two versions, according to `deny.toml`.
pub(super) fn licences(log: &mut Log) -> Result<Outcome> {
    let mut deny = deny(log)?;
    log.verdict(deny.args(["check", "bans", "licenses", "sources"]))
}

/// Dependencies in a `Cargo.toml` that no code uses.
pub(super) fn unused(log: &mut Log) -> Result<Outcome> {
    let mut shear = tools::from_pypi("cargo-shear", log)?;
    log.verdict(shear.args(["--locked", "--color", "never"]))
}

/// Known vulnerabilities. The database is a repository on GitHub: if GitHub is unreachable, the
/// check is skipped.
pub(super) fn advisories(log: &mut Log) -> Result<Outcome> {
    let mut deny = deny(log)?;
    let (success, output) = log.run(deny.args(["check", "advisories"]))?;
    Ok(if success {
        Outcome::passed()
    } else if output.contains("failed to fetch advisory database") {
        Outcome::Skipped(
            "the database github.com/RustSec/advisory-db cannot be reached: \
             KNOWN VULNERABILITIES WERE NOT CHECKED"
                .to_owned(),
        )
    } else {
        Outcome::Failed("see the advisories above".to_owned())
    })
}

/// Withdrawn crates, from the index of crates.io. cargo-deny checks them only together with
/// advisories; here it gets an empty advisory database, so that this check does not need GitHub.
pub(super) fn yanked(log: &mut Log) -> Result<Outcome> {
    let folder = places::target().join("lint/yanked");
    let database = empty_database(&folder, log)?;
    let config = folder.join("deny.toml");
    fs::write(
        &config,
        format!(
            "[advisories]\nyanked = \"deny\"\ndb-path = {:?}\n",
            folder.join("fetched")
        ),
    )?;
    let mut deny = tools::from_pypi("cargo-deny", log)?;
    deny.args(["--all-features", "--locked", "--color", "never", "--config"])
        .arg(config);
    // A checkout of the real database elsewhere is not changed.
    deny.env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", format!("url.{database}.insteadOf"))
        .env(
            "GIT_CONFIG_VALUE_0",
            "https://github.com/RustSec/advisory-db",
        );
    let advisories = ["check", "--deny", "index-failure", "advisories"];
    log.verdict(deny.args(advisories))
}

fn deny(log: &mut Log) -> Result<Command> {
    let mut command = tools::from_pypi("cargo-deny", log)?;
    command.args(["--locked", "--color", "never"]);
    Ok(command)
}

/// The only entry of the database: cargo-deny rejects an empty database.
const PLACEHOLDER: &str = r#"```toml
[advisory]
id = "RUSTSEC-2000-0001"
package = "no-such-crate"
date = "2000-01-01"

[versions]
patched = [">= 0.0.0"]
```

# Placeholder

This advisory names no crate.
"#;

/// Creates an advisory database without advisories. Returns its address.
fn empty_database(folder: &Path, log: &mut Log) -> Result<String> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let database: PathBuf = folder.join("database");
    let entry = database.join("crates/no-such-crate");
    fs::create_dir_all(&entry)?;
    fs::write(entry.join("RUSTSEC-2000-0001.md"), PLACEHOLDER)?;
    let identity = ["-c", "user.name=lint", "-c", "user.email=lint@invalid"];
    let commit = ["commit", "--quiet", "--no-gpg-sign", "--message=Empty"];
    for arguments in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["add", "."][..],
        &[&identity[..], &commit[..]].concat(),
    ] {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(&database);
        let (success, output) = log.run(&mut git)?;
        anyhow::ensure!(success, "git: {output}");
    }
    let path = database
        .to_str()
        .context("the target folder is not UTF-8")?;
    Ok(format!("file://{path}"))
}
