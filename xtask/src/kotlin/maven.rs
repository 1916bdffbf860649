//! Maven, and the folders of its inputs and outputs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::stamp::Stamp;
use crate::{places, shell};

/// Returns the package's folder.
pub(super) fn folder() -> PathBuf {
    places::root().join("clients/kotlin")
}

/// Folder for Maven's inputs and outputs.
pub(super) fn place(name: &str) -> PathBuf {
    places::target().join("kotlin").join(name)
}

/// Maven with a `pom.xml`, offline once these goals have succeeded with the same package
/// description.
pub(super) struct Maven {
    pub(super) command: Command,
    fetched: Stamp,
}

impl Maven {
    pub(super) fn new(pom: &Path, goals: &[&str]) -> Result<Self> {
        let names: Vec<_> = goals.iter().map(|goal| goal.replace(':', "-")).collect();
        let fetched = Stamp::of_text(place("fetched").join(names.join("+")), &description()?);
        let mut command = Command::new("mvn");
        command
            .args(["--batch-mode", "--no-transfer-progress", "--file"])
            .arg(pom)
            // A daemon would outlive the run.
            .arg("-Dkotlin.compiler.daemon=false")
            .args(goals)
            // A run is too short for the JVM's second compiler to pay off.
            .env("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        if fetched.is_current() && repository().is_dir() {
            command.arg("--offline");
        }
        Ok(Self { command, fetched })
    }

    pub(super) fn set(&mut self, name: &str, value: impl AsRef<Path>) -> &mut Self {
        let value = value.as_ref().display();
        self.command.arg(format!("-D{name}={value}"));
        self
    }

    /// Returns the native library of a profile, and its output folder.
    pub(super) fn with_binding(&mut self, profile: &str) -> &mut Self {
        self.set("parsec.binding", place("binding"))
            .set("parsec.native", place(profile))
            .set("parsec.target", place(&format!("{profile}-target")))
    }

    pub(super) fn run(&mut self) -> Result<()> {
        shell::step(&mut self.command)?;
        self.fetched.write()
    }
}

pub(super) fn description() -> Result<String> {
    let pom = folder().join("pom.xml");
    fs::read_to_string(&pom).with_context(|| format!("reading {}", pom.display()))
}

/// Returns Maven's local repository.
fn repository() -> PathBuf {
    let home = env::var_os("HOME").unwrap_or_default();
    PathBuf::from(home).join(".m2/repository")
}
