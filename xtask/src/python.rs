//! The Python package: its tools in an environment of their own, its checks, its tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{codegen, places, shell};

/// What the interpreter loads.
const EXTENSION: &str = "parsec/_native.abi3.so";

/// The package's folder.
pub(crate) fn folder() -> PathBuf {
    places::root().join("clients/python")
}

fn environment() -> PathBuf {
    places::target().join("python/environment")
}

/// A program of the environment, run in the package's folder.
pub(crate) fn tool(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(environment().join("bin").join(name));
    command.args(arguments).current_dir(folder());
    command
}

/// The interpreter that has all that the package can use.
pub(crate) fn interpreter() -> PathBuf {
    environment().join("bin/python")
}

/// Makes the environment and installs the pinned tools in it, once for each list of them.
pub(crate) fn set_up() -> Result<()> {
    let list = folder().join("requirements-dev.txt");
    let wanted =
        fs::read_to_string(&list).with_context(|| format!("reading {}", list.display()))?;
    let stamp = environment().join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("Installing from PyPI into {}:", environment().display());
    for line in wanted.lines().filter(|line| !line.starts_with('#')) {
        println!("  {line}");
    }
    make_environment(&environment())?;
    shell::step(tool("python", &["-m", "pip", "install", "--quiet", "-r"]).arg(&list))?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// An environment with nothing in it.
pub(crate) fn make_environment(place: &Path) -> Result<()> {
    shell::step(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(place),
    )
    .map(drop)
}

/// Puts the binding that cargo has built where the package imports it from.
fn place_binding() -> Result<()> {
    let built = places::target().join("debug/lib_native.so");
    shell::install(&built, &folder().join(EXTENSION))
}

/// Formatting, lints, types, and the tests.
pub(crate) fn test() -> Result<()> {
    set_up()?;
    place_binding()?;
    shell::all([
        tool("python", &["tools/unasync.py", "--check"]),
        tool("ruff", &["format", "--check", "."]),
        tool("ruff", &["check", "."]),
        tool("mypy", &[]),
        tool("mypy", &["--strict", "tests/types_of_samples.py"]),
        pyright(),
        tool("python", &["-m", "mypy.stubtest", "parsec._native"]),
        hostile_names()?,
        shell::with_services(tool("python", &["-m", "pytest", "--quiet"]), "python"),
    ])
}

/// What is generated from names that are keywords somewhere, which the tests of the codegen leave.
fn hostile_names() -> Result<Command> {
    let generated = codegen::hostile_names()?.join("clients/python/parsec/_generated");
    let mut command = tool("mypy", &["--config-file=", "--strict"]);
    command.arg(generated);
    Ok(command)
}

/// It looks for the packages that the environment has, and would not find them by itself.
fn pyright() -> Command {
    let mut command = tool("pyright", &["--pythonpath"]);
    command.arg(environment().join("bin/python"));
    command
}
