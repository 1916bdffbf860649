//! Running other programs.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::places;

/// Cargo, in the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo: OsString = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(places::root());
    without_cargos_variables(&mut command);
    command
}

/// Removes what cargo has set for this program: build scripts that read it would run again.
pub(crate) fn without_cargos_variables(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let of_this_crate = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if of_this_crate {
            command.env_remove(name);
        }
    }
}

/// Runs a command to its end; an error names it if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command
        .status()
        .with_context(|| format!("`{line}` cannot be run"))?;
    if !status.success() {
        bail!("`{line}` failed with {status}");
    }
    Ok(())
}

/// As [`run`], announced before and with the time it took.
pub(crate) fn step(command: &mut Command) -> Result<Duration> {
    println!("\n▸ {}", line(command));
    let start = Instant::now();
    run(command)?;
    Ok(start.elapsed())
}

/// As [`step`] for each, for one failure shall not hide the others.
pub(crate) fn all(commands: impl IntoIterator<Item = Command>) -> Result<()> {
    let failures: Vec<_> = commands
        .into_iter()
        .filter_map(|mut command| step(&mut command).err())
        .map(|error| error.to_string())
        .collect();
    match failures.as_slice() {
        [] => Ok(()),
        some => bail!("{}", some.join("\n")),
    }
}

/// Tells the tests of any language which programs were built, and where their report of the
/// conformance cases shall go.
pub(crate) fn with_services(mut command: Command, language: &str) -> Command {
    let built = places::target().join("debug");
    command
        .env("PARSEC_SERVICE_BINARY", built.join("parsec-service"))
        .env("PARSEC_CLI_BINARY", built.join("parsec"))
        .env("PARSEC_TEST_SERVICE", built.join("parsec-test-service"))
        .env("PARSEC_CONFORMANCE_REPORT", places::report(language));
    command
}

/// The command as a person would type it.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![
        program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy(),
    ];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    words.join(" ")
}

/// Who runs this.
pub(crate) fn is_root() -> Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = fs::metadata("/proc/self").context("/proc is not mounted")?;
    Ok(own.uid() == 0)
}

/// A program on PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// Puts what cargo has built where it is loaded from. Not over the old file: a process that has it
/// mapped would see it change.
pub(crate) fn install(built: &Path, place: &Path) -> Result<()> {
    let fresh = place.with_extension("new");
    fs::copy(built, &fresh).with_context(|| format!("copying {}", built.display()))?;
    fs::rename(&fresh, place)?;
    Ok(())
}
