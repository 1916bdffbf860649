//! Running other programs.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::places;

/// Returns cargo as a command in the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo: OsString = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(places::root());
    without_cargos_variables(&mut command);
    command
}

/// Removes variables that cargo set for this program: build scripts that read them would run again.
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

/// Runs a command with its output in `log`, and kills its process group after a timeout. An error
/// if it had to be killed.
pub(crate) fn run_within(limit: Duration, command: &mut Command, log: File) -> Result<ExitStatus> {
    use std::os::unix::process::CommandExt as _;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        // A separate process group, so that the children of a hung test are killed too.
        .process_group(0)
        .spawn()
        .with_context(|| format!("`{}` cannot be run", line(command)))?;
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() > deadline {
            let group = format!("-{}", child.id());
            run(Command::new("kill").args(["-KILL", "--", &group]))?;
            child.wait()?;
            bail!(
                "`{}` was killed: it had not ended after {} minutes",
                line(command),
                limit.as_secs() / 60
            );
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// As [`run`], with an announcement before and the duration after.
pub(crate) fn step(command: &mut Command) -> Result<Duration> {
    println!("\n▸ {}", line(command));
    let start = Instant::now();
    run(command)?;
    Ok(start.elapsed())
}

/// Runs [`step`] for each, so that one failure does not hide the others.
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

/// Sets the variables for tests of any language: the built programs, which are also first on the
/// PATH, and the path of their conformance report.
pub(crate) fn with_services(mut command: Command, language: &str) -> Command {
    let built = places::target().join("debug");
    let own = command.get_envs().find(|(name, _)| *name == "PATH");
    let own = own.and_then(|(_, value)| Some(value?.to_owned()));
    let path = own.or_else(|| env::var_os("PATH")).unwrap_or_default();
    let folders = [built.clone()].into_iter().chain(env::split_paths(&path));
    if let Ok(path) = env::join_paths(folders) {
        command.env("PATH", path);
    }
    command
        .env("PARSEC_SERVICE_BINARY", built.join("parsec-service"))
        .env("PARSEC_CLI_BINARY", built.join("parsec"))
        .env("PARSEC_TEST_SERVICE", built.join("parsec-test-service"))
        .env("PARSEC_CONFORMANCE_REPORT", places::report(language));
    command
}

/// Returns the command as a user would type it.
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

/// Returns the current user.
pub(crate) fn is_root() -> Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = fs::metadata("/proc/self").context("/proc is not mounted")?;
    Ok(own.uid() == 0)
}

/// Returns whether a program is on the PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// Copies a compiled file to the folder that it is loaded from. The old file is removed first,
/// because a process that has it mapped would see it change.
pub(crate) fn install(built: &Path, place: &Path) -> Result<()> {
    let fresh = place.with_extension("new");
    fs::copy(built, &fresh).with_context(|| format!("copying {}", built.display()))?;
    fs::rename(&fresh, place)?;
    Ok(())
}
