//! Every test.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{book, codegen, kotlin, node, package, places, python, setup, shell, spire, swift};

/// One selection for building and running, so that nothing is compiled twice.
const EVERYTHING: [&str; 2] = ["--workspace", "--all-features"];

/// The languages that run the conformance cases wherever this builds.
const LANGUAGES: [&str; 4] = ["rust", "python", "node", "kotlin"];

/// Sets up, builds and tests.
pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    let mut times = Vec::new();
    let mut failures = Vec::new();
    let mut part = |name: &str, work: &dyn Fn() -> Result<()>| {
        let start = Instant::now();
        // One failure shall not hide the others.
        if let Err(error) = work() {
            failures.push(format!("{name}: {error:#}"));
        }
        times.push((name.to_owned(), start.elapsed()));
        failures.is_empty()
    };
    if part("set-up", &set_up) && part("build", &build) {
        part("generated", &codegen::check_with_built);
        part("Rust", &rust);
        part("SPIRE", &spire::test);
        part("Python", &python::test);
        part("Node", &node::test);
        part("Kotlin", &kotlin::test);
        part("Swift", &swift::test);
        part("conformance", &compare);
        part("Python package", &package::python);
        part("Node package", &package::node);
        part("Kotlin package", &package::kotlin);
        part("Swift package", &package::swift_package);
        part("samples", &book::samples);
    }
    times.push(("together".to_owned(), start.elapsed()));

    println!();
    for (name, time) in times {
        print_time(&name, time);
    }
    // Once more where it is looked for, at the end.
    swift::missing()?;
    if !failures.is_empty() {
        bail!(
            "tests failed; they are listed above\n{}",
            failures.join("\n")
        );
    }
    println!("Every test passed.");
    Ok(())
}

/// The tests of one language's package. What they need is built as it is for every test, so that
/// the one leaves nothing to compile for the other.
pub(crate) fn only(language: package::Language) -> Result<()> {
    setup::run(setup::Wanted::Everything)?;
    if let package::Language::Swift = language {
        swift::set_up()?;
    }
    let command = ["build"];
    shell::step(&mut shell::cargo(&[&command[..], &EVERYTHING].concat()))?;
    if let Some(folder) = places::report("rust").parent() {
        fs::create_dir_all(folder)?;
    }
    match language {
        package::Language::Python => python::test(),
        package::Language::Node => node::test(),
        package::Language::Kotlin => kotlin::test(),
        package::Language::Swift => swift::test(),
    }
}

fn set_up() -> Result<()> {
    setup::run(setup::Wanted::Everything)?;
    python::set_up()?;
    node::set_up()?;
    kotlin::set_up()?;
    swift::set_up()
}

/// The service, the command line and the bindings come with the tests.
fn build() -> Result<()> {
    let command = ["build", "--all-targets"];
    shell::step(&mut shell::cargo(&[&command[..], &EVERYTHING].concat())).map(drop)
}

fn rust() -> Result<()> {
    let reports = places::report("rust");
    let folder = reports.parent().context("reports lie in a folder")?;
    // Those of an earlier run must not stand in for what fails to run now.
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let tests = shell::cargo(&[&["test", "--no-fail-fast"][..], &EVERYTHING].concat());
    shell::step(&mut shell::with_services(tests, "rust")).map(drop)
}

/// What one language runs, all must.
fn compare() -> Result<()> {
    let mut command = shell::cargo(&[
        "run",
        "--quiet",
        "--package",
        "parsec-tests-conformance",
        "--bin",
        "parsec-conformance-compare",
        // The same features as everywhere, for the same artifacts.
        "--all-features",
    ]);
    command.arg("--").args(LANGUAGES.map(places::report));
    if swift::missing()?.is_none() {
        command.arg(places::report("swift"));
    }
    shell::step(&mut command).map(drop)
}

fn print_time(what: &str, time: Duration) {
    println!("  {what:<14} {:>7.1} s", time.as_secs_f64());
}
