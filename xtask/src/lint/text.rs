//! Checks of files that are not compiled.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::check::{Log, Outcome};
use super::tools;
use crate::places;

/// Misspelled words; `.typos.toml` lists the exceptions.
pub(super) fn spelling(log: &mut Log) -> Result<Outcome> {
    let mut typos = tools::from_pypi("typos", log)?;
    log.verdict(typos.args(["--format", "brief", "--color", "never"]))
}

/// Problems in shell scripts. The book's samples have no interpreter line, and run in any shell.
pub(super) fn shell_scripts(log: &mut Log) -> Result<Outcome> {
    let (mut named, mut others) = (Vec::new(), Vec::new());
    for file in files()? {
        let script = file.extension().is_some_and(|ending| ending == "sh");
        let Ok(text) = fs::read(places::root().join(&file)) else {
            continue;
        };
        let interpreter = first_line(&text);
        match interpreter.starts_with("#!") {
            true if interpreter.ends_with("sh") => named.push(file),
            false if script => others.push(file),
            _ => {}
        }
    }
    let mut outcome = Outcome::passed();
    for (dialect, scripts) in [(None, named), (Some("--shell=sh"), others)] {
        if scripts.is_empty() {
            continue;
        }
        let mut shellcheck = tools::from_pypi("shellcheck", log)?;
        shellcheck
            .args(["--format=gcc", "--color=never"])
            .args(dialect);
        if let failed @ Outcome::Failed(_) = log.verdict(shellcheck.args(scripts))? {
            outcome = failed;
        }
    }
    Ok(outcome)
}

/// Problems in workflows. Their shell code is checked too, with the pinned shellcheck.
pub(super) fn workflows(log: &mut Log) -> Result<Outcome> {
    let program = match tools::actionlint(log)? {
        Ok(program) => program,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let shellcheck = tools::from_pypi("shellcheck", log)?;
    let mut command = Command::new(program);
    command.current_dir(places::root());
    command.arg("-no-color").arg("-shellcheck");
    log.verdict(command.arg(shellcheck.get_program()))
}

/// Returns the repository's files, including those not yet committed.
pub(super) fn files() -> Result<Vec<PathBuf>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(places::root())
        .output()
        .context("git cannot be run")?;
    if !output.status.success() {
        bail!(
            "git cannot list the repository's files: {}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    let names = String::from_utf8(output.stdout).context("a file's name is not UTF-8")?;
    let mut files: Vec<PathBuf> = names
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|file| places::root().join(file).is_file())
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

fn first_line(text: &[u8]) -> String {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(line).into_owned()
}
