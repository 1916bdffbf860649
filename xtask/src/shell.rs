//! Running other programs.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where what took long to make is kept for other clones, if this user has such a place.
pub(crate) fn cache() -> Option<PathBuf> {
    let folder = env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))?;
    Some(folder.join("parsec"))
}

/// Cargo, in the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo: OsString = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    command
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
    let built = target().join("debug");
    command
        .env("PARSEC_SERVICE_BINARY", built.join("parsec-service"))
        .env("PARSEC_CLI_BINARY", built.join("parsec"))
        .env("PARSEC_TEST_SERVICE", built.join("parsec-test-service"))
        .env("PARSEC_CONFORMANCE_REPORT", report(language));
    command
}

/// The copy of this repository whose contracts hold hostile names, made where it is missing: by a
/// test of the codegen, which has run where all run.
pub(crate) fn obstacle() -> Result<PathBuf> {
    let tree = target().join("tmp/obstacle");
    if !tree.exists() {
        let test = [
            "test",
            "--workspace",
            "--all-features",
            "--test",
            "obstacle",
        ];
        step(&mut cargo(&test))?;
    }
    Ok(tree)
}

/// Where the report of a language's conformance cases goes.
pub(crate) fn report(language: &str) -> PathBuf {
    target()
        .join("conformance")
        .join(format!("{language}.json"))
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
    let own = std::fs::metadata("/proc/self").context("/proc is not mounted")?;
    Ok(own.uid() == 0)
}
