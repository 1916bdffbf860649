//! The Swift toolchain, and the folders of its inputs and outputs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::root;
use crate::places;

/// The Swift toolchain on this machine.
pub(super) enum Toolchain {
    /// `swift` on the PATH.
    Path,
    /// The one in a separate root folder.
    Root(PathBuf),
}

/// Returns the package's folder.
pub(crate) fn folder() -> PathBuf {
    places::root().join("clients/swift")
}

/// Returns why Swift cannot run on this machine, if so.
pub(crate) fn missing() -> Result<Option<String>> {
    if is_on_path() {
        return Ok(None);
    }
    let reason = root::why_not()?;
    if let Some(reason) = &reason {
        println!("\n*** SKIPPED: Swift. {reason}.");
        println!("*** Install Swift 6 (https://www.swift.org/install) and have it on PATH.\n");
    }
    Ok(reason)
}

fn is_on_path() -> bool {
    let swift = Command::new("swift").arg("--version").output();
    swift.is_ok_and(|output| output.status.success())
}

pub(super) fn toolchain() -> Result<Toolchain> {
    if is_on_path() {
        return Ok(Toolchain::Path);
    }
    let place = root::place().context("HOME is not set")?;
    Ok(Toolchain::Root(place))
}

/// Installs the toolchain if it is missing and can be installed.
pub(crate) fn set_up() -> Result<()> {
    if missing()?.is_some() {
        return Ok(());
    }
    match toolchain()? {
        Toolchain::Path => Ok(()),
        Toolchain::Root(place) => root::set_up(&place),
    }
}

/// Returns a program of the toolchain, in `folder`. It inherits the environment, except for a search path
/// that users do not need.
pub(crate) fn command(folder: &Path, program: &[&str]) -> Result<Command> {
    let mut command = match toolchain()? {
        Toolchain::Path => {
            let mut command = Command::new("env");
            command.args(program).current_dir(folder);
            command
        }
        Toolchain::Root(place) => {
            // The sockets of services are in the folder for temporary files.
            let (target, temporary) = (places::target(), env::temp_dir());
            root::enter(
                &place,
                folder,
                &[places::root(), &target, &temporary],
                program,
            )
        }
    };
    command.env_remove("PKG_CONFIG_PATH");
    Ok(command)
}

/// Returns the build folder, outside the repository.
pub(crate) fn scratch(name: &str) -> PathBuf {
    places::target().join("swift").join(name)
}

/// Returns a script that runs a program of `folder`, in the caller's folder.
pub(crate) fn runner(folder: &Path) -> Result<String> {
    let program = folder.join("$1").display().to_string();
    let run = command(Path::new("$PWD"), &[&program])?;
    let words = std::iter::once(run.get_program()).chain(run.get_args());
    let line: Vec<_> = words
        .map(|word| word.to_string_lossy())
        .map(|word| match word.contains('$') {
            true => format!("\"{word}\""),
            false => quoted(&word),
        })
        .collect();
    Ok(format!("exec {}\n", line.join(" ")))
}

/// Quotes a text for a shell.
pub(super) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
