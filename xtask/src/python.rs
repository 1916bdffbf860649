//! The Python package: its tools in a virtual environment, its checks, its tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::stamp::Stamp;
use crate::{codegen, places, shell};

/// The extension module that the interpreter loads.
const EXTENSION: &str = "parsec_client/_native.abi3.so";

/// Returns the package's folder.
pub(crate) fn folder() -> PathBuf {
    places::root().join("clients/python")
}

fn environment() -> PathBuf {
    places::target().join("python/environment")
}

/// Runs a program of the environment in the package's folder.
pub(crate) fn tool(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(environment().join("bin").join(name));
    command.args(arguments).current_dir(folder());
    command
}

/// The interpreter of the environment.
pub(crate) fn interpreter() -> PathBuf {
    environment().join("bin/python")
}

/// Creates the environment and installs the pinned tools in it, once per version of their list.
pub(crate) fn set_up() -> Result<()> {
    let list = folder().join("requirements-dev.txt");
    let wanted =
        fs::read_to_string(&list).with_context(|| format!("reading {}", list.display()))?;
    let stamp = Stamp::of_text(environment().join("installed.txt"), &wanted);
    if stamp.is_current() {
        return Ok(());
    }
    println!("Installing from PyPI into {}:", environment().display());
    for line in wanted.lines().filter(|line| !line.starts_with('#')) {
        println!("  {line}");
    }
    make_environment(&environment(), true)?;
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ];
    shell::step(tool("python", &install).arg(&list))?;
    stamp.write()
}

/// Creates an empty environment, or one with only pip.
pub(crate) fn make_environment(place: &Path, with_pip: bool) -> Result<()> {
    let mut command = Command::new("python3");
    command.args(["-m", "venv", "--clear"]);
    if !with_pip {
        command.arg("--without-pip");
    }
    shell::step(command.arg(place)).map(drop)
}

/// Copies the compiled binding to the folder that the package imports it from.
fn place_binding() -> Result<()> {
    let built = places::target().join("debug/lib_native.so");
    shell::install(&built, &folder().join(EXTENSION))
}

/// Runs formatters, linters and type checkers. One of them imports the binding, which must have
/// been built.
pub(crate) fn lint() -> Result<()> {
    set_up()?;
    place_binding()?;
    shell::all([
        tool("ruff", &["format", "--check", "."]),
        tool("ruff", &["check", "."]),
        tool("mypy", &[]),
        tool(
            "mypy",
            &["--strict", "tests/types_of_samples.py", "tests/generated"],
        ),
        pyright(),
        tool("python", &["-m", "mypy.stubtest", "parsec_client._native"]),
    ])
}

/// Runs the tests.
pub(crate) fn test() -> Result<()> {
    set_up()?;
    place_binding()?;
    let report = places::fresh_reports("python")?.join("pytest.xml");
    let mut tests = tool("python", &["-m", "pytest", "--quiet", "--junitxml"]);
    tests.arg(report);
    shell::step(&mut shell::with_services(tests, "python")).map(drop)
}

/// Checks the types of code generated from names that are keywords in some languages.
pub(crate) fn hostile_names() -> Result<()> {
    set_up()?;
    let generated = codegen::hostile_names()?.join("clients/python/parsec_client/_generated");
    let mut command = tool("mypy", &["--config-file=", "--strict"]);
    shell::step(command.arg(generated)).map(drop)
}

/// It needs the path of the environment's packages.
fn pyright() -> Command {
    let mut command = tool("pyright", &["--pythonpath"]);
    command.arg(environment().join("bin/python"));
    command
}
