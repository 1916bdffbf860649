//! The pinned tools of the checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Error, Result, ensure};

use super::check::Log;
use crate::{places, shell};

/// The tools that PyPI provides as prebuilt wheels, with their versions.
const REQUIREMENTS: &str = include_str!("../../lint/requirements.txt");

const ACTIONLINT: &str = "github.com/rhysd/actionlint/cmd/actionlint";
const ACTIONLINT_VERSION: &str = "v1.7.12";

/// Returns a program of the requirements, run in the workspace. The first call installs all of
/// them, once per version of the requirements.
pub(super) fn from_pypi(name: &str, log: &mut Log) -> Result<Command> {
    // One installation for all checks, and one attempt.
    static INSTALLED: Mutex<Option<Result<(), String>>> = Mutex::new(None);
    let environment = places::target().join("lint/environment");
    INSTALLED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert_with(|| {
            install_requirements(&environment, log).map_err(|error| format!("{error:#}"))
        })
        .clone()
        .map_err(Error::msg)?;
    let mut command = Command::new(environment.join("bin").join(name));
    command.current_dir(places::root());
    Ok(command)
}

fn install_requirements(environment: &Path, log: &mut Log) -> Result<()> {
    let stamp = environment.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == REQUIREMENTS) {
        return Ok(());
    }
    println!(
        "Installing the linters from PyPI into {} (some seconds).",
        environment.display()
    );
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(environment);
    let mut install = Command::new(environment.join("bin/python"));
    install
        .args(["-m", "pip", "install", "--quiet", "--only-binary=:all:"])
        .args(["--disable-pip-version-check", "--no-deps", "--requirement"])
        .arg(places::root().join("xtask/lint/requirements.txt"));
    for command in [&mut make, &mut install] {
        let line = shell::line(command);
        let (success, output) = log.run(command)?;
        ensure!(success, "`{line}` failed:\n{output}");
    }
    fs::write(stamp, REQUIREMENTS)?;
    Ok(())
}

/// Returns the pinned actionlint, built at the first call on a machine because it has no prebuilt
/// package in a registry. `Err` contains the reason if it cannot be built.
pub(super) fn actionlint(log: &mut Log) -> Result<Result<PathBuf, String>> {
    let cache = places::cache().unwrap_or_else(|| places::target().join("lint"));
    let folder = cache
        .join("tools")
        .join(format!("actionlint-{ACTIONLINT_VERSION}"));
    let program = folder.join("actionlint");
    if program.is_file() {
        return Ok(Ok(program));
    }
    let Some(go) = shell::find_program("go") else {
        return Ok(Err(
            "actionlint is built with Go, and there is no `go` on the PATH: install Go 1.25 or newer"
                .to_owned(),
        ));
    };
    println!(
        "Building actionlint {ACTIONLINT_VERSION} with Go into {} (about half a minute, once).",
        folder.display()
    );
    // Installed atomically: another clone may build it at the same time.
    let fresh = folder.with_extension(format!("new-{}", std::process::id()));
    fs::create_dir_all(&fresh).with_context(|| format!("making {}", fresh.display()))?;
    let mut install = Command::new(go);
    install
        .arg("install")
        .arg(format!("{ACTIONLINT}@{ACTIONLINT_VERSION}"))
        .env("GOBIN", &fresh)
        .env("CGO_ENABLED", "0")
        .current_dir(&fresh);
    let (success, output) = log.run(&mut install)?;
    if success {
        fs::create_dir_all(&folder)?;
        fs::rename(fresh.join("actionlint"), &program)?;
    }
    fs::remove_dir_all(&fresh)?;
    Ok(if success {
        Ok(program)
    } else {
        let last = output.trim_end().lines().last().unwrap_or_default();
        Err(format!("Go cannot build actionlint: {last}"))
    })
}
