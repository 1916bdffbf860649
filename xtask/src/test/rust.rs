//! The tests of the Rust crates: built together, one part per crate.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::report::{self, Report};
use crate::package::Extent;
use crate::{lint, places, shell, spire};

/// The same selection for building and running, so that nothing is compiled twice.
pub(crate) const EVERYTHING: [&str; 2] = ["--workspace", "--all-features"];

/// Set by the runner, read by tests that have a longer version.
pub(crate) const EXTENDED: &str = "PARSEC_TEST_EXTENDED";

/// Timeout of one part: several times its usual duration, so that only hanging parts are killed.
pub(crate) fn limit(extent: Extent) -> Duration {
    const MINUTE: u64 = 60;
    Duration::from_secs(match extent {
        Extent::EachChange => 20 * MINUTE,
        Extent::Extended => 90 * MINUTE,
    })
}

/// The tests of one crate.
#[derive(Debug, Clone)]
pub(crate) struct Crate {
    /// Its folder, such as `clients/rust`.
    pub(crate) name: String,
    folder: PathBuf,
    programs: Vec<Program>,
}

/// A linked test target.
#[derive(Debug, Clone)]
struct Program {
    path: PathBuf,
    has_libtest: bool,
}

/// Builds all targets, or those that the named parts need, and finds the test programs.
pub(crate) fn build(only: &[String]) -> Result<Vec<Crate>> {
    if only.is_empty() {
        return build_with(&["build", "--all-targets"]);
    }
    if !only.iter().all(|name| needs_no_program(name)) {
        build_with(&["build"])?;
    }
    let targets = test_targets(only)?;
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    // By target and not by package, which would compile dependencies again with other features.
    let named: Vec<_> = targets.iter().flat_map(|name| ["--test", name]).collect();
    build_with(&[&["test", "--no-run", "--lib"][..], &named].concat())
}

/// Returns whether the tests of a part start neither the service nor the command line.
fn needs_no_program(name: &str) -> bool {
    ["service/providers/", "service/psa", "contracts", "codegen"]
        .iter()
        .any(|folder| name.starts_with(folder))
}

/// Returns the test targets of the crates in these folders.
fn test_targets(folders: &[String]) -> Result<Vec<String>> {
    let mut command = shell::cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_slice(&command.output()?.stdout)?;
    let mut names = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let folder = name(manifest.parent().context("a folder")?)?;
        if !folders.contains(&folder) {
            continue;
        }
        let targets = package["targets"].as_array().into_iter().flatten();
        let tests = targets.filter(|target| target["kind"][0] == "test" && target["test"] == true);
        names.extend(
            tests
                .filter_map(|target| target["name"].as_str())
                .map(str::to_owned),
        );
    }
    Ok(names)
}

/// Builds the targets that `arguments` select, and finds the test programs.
fn build_with(arguments: &[&str]) -> Result<Vec<Crate>> {
    let mut command = shell::cargo(&[arguments, &EVERYTHING].concat());
    command.arg("--message-format=json-render-diagnostics");
    // So that `cargo xtask lint` has nothing left to compile.
    lint::with_clippy(&mut command);
    println!("\n▸ {}", shell::line(&command));
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .context("running cargo")?;
    if !output.status.success() {
        bail!("the build failed; the errors are above");
    }
    crates(&String::from_utf8(output.stdout)?)
}

/// Returns the test programs in cargo's messages, by crate.
fn crates(messages: &str) -> Result<Vec<Crate>> {
    let mut crates = BTreeMap::<String, Crate>::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line)?;
        // Benchmarks are built only to lint them; `cargo xtask bench` runs them.
        let is_test = message["profile"]["test"] == true && message["target"]["kind"][0] != "bench";
        let (Some(program), true) = (message["executable"].as_str(), is_test) else {
            continue;
        };
        let manifest = message["manifest_path"].as_str().context("a manifest")?;
        let manifest = Path::new(manifest);
        let target = message["target"]["name"].as_str().context("a target")?;
        let folder = manifest.parent().context("a folder")?;
        let name = name(folder)?;
        crates
            .entry(name.clone())
            .or_insert_with(|| Crate {
                name,
                folder: folder.to_owned(),
                programs: Vec::new(),
            })
            .programs
            .push(Program {
                path: program.into(),
                has_libtest: has_libtest(manifest, target)?,
            });
    }
    Ok(crates.into_values().collect())
}

/// Returns the folder of a crate as its name: `clients/rust`.
fn name(folder: &Path) -> Result<String> {
    let folder = folder.strip_prefix(places::root())?;
    Ok(folder.display().to_string())
}

impl Crate {
    /// Runs its programs one after another, each with its tests in parallel.
    pub(crate) fn run(&self, log: &Path, extent: Extent) -> Result<Report> {
        let mut passed = true;
        for program in &self.programs {
            let mut command = self.command(program);
            if extent == Extent::Extended {
                command.env(EXTENDED, "1");
            }
            let file = File::options().create(true).append(true).open(log)?;
            let status = shell::run_within(limit(extent), &mut command, file)?;
            passed &= status.success();
        }
        let mut report = report::of_libtest(&fs::read_to_string(log)?);
        if !passed && report.failed == 0 {
            // It exited before its summary.
            report.failed += 1;
        }
        Ok(report)
    }

    fn command(&self, program: &Program) -> Command {
        let mut command = Command::new(&program.path);
        shell::without_cargos_variables(command.current_dir(&self.folder));
        command.env("CARGO_MANIFEST_DIR", &self.folder);
        // Some tests run cargo, with the same target folder.
        lint::with_clippy(&mut command);
        if let Some(folder) = spire::built() {
            command.env("PARSEC_SPIRE", folder);
        }
        if program.has_libtest {
            // Needed for unstable options of libtest on a stable toolchain.
            command.env("RUSTC_BOOTSTRAP", "1");
            command.args(["-Z", "unstable-options", "--report-time"]);
        }
        shell::with_services(command, "rust")
    }
}

/// Returns whether a test target uses libtest, which reports the duration of each test, and not
/// another harness.
fn has_libtest(manifest: &Path, target: &str) -> Result<bool> {
    let text = fs::read_to_string(manifest)?;
    let manifest: toml::Table = text.parse()?;
    let tests = manifest.get("test").and_then(toml::Value::as_array);
    let own = tests.into_iter().flatten().any(|test| {
        let named = test.get("name").and_then(toml::Value::as_str) == Some(target);
        named && test.get("harness").and_then(toml::Value::as_bool) == Some(false)
    });
    Ok(!own)
}

/// Runs the examples in the documentation, with one service.
pub(crate) fn doctests(log: &Path) -> Result<Report> {
    let command = shell::cargo(&[&["test", "--doc", "--no-fail-fast"][..], &EVERYTHING].concat());
    let service = crate::test_service::TestService::start()?;
    let mut command = shell::with_services(command, "doc");
    lint::with_clippy(&mut command);
    command.env("PARSEC_SERVICE_ENDPOINT", service.endpoint());
    let file = File::create(log)?;
    let status = shell::run_within(limit(Extent::EachChange), &mut command, file)?;
    let mut report = report::of_libtest(&fs::read_to_string(log)?);
    if !status.success() && report.failed == 0 {
        report.failed += 1;
    }
    Ok(report)
}
