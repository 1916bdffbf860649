//! libFuzzer instead of the driver, for targets that run in one process.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use super::fault::{self, Fault};
use super::session::{Limits, Summary};
use super::supervise::Report;
use super::{corpus, folder};
use crate::Target;

/// Maximum time per input, in seconds.
const LONGEST_RUN: u64 = 60;
/// Maximum memory of a target, in MiB.
const MEMORY: u64 = 4096;

/// Runs a target under libFuzzer, which stops at the first fault.
///
/// # Errors
///
/// If `program`, the target built with coverage, cannot be run.
pub fn with_coverage(
    target: &'static Target,
    limits: &Limits,
    program: &Path,
) -> io::Result<Report> {
    let start = Instant::now();
    let world = target.world.start();
    let seeds = fresh(&folder().join("seeds").join(target.name))?;
    let inputs = corpus::load(target)?;
    for (index, input) in inputs.iter().enumerate() {
        fs::write(seeds.join(index.to_string()), input)?;
    }
    // Inputs found by earlier runs are kept, so that each run continues.
    let found = folder().join("corpus").join(target.name);
    fs::create_dir_all(&found)?;
    let faults = folder().join("faults").join(target.name);
    fs::create_dir_all(&faults)?;
    let mut command = Command::new(program);
    command
        .args([&found, &seeds])
        .arg(format!("-max_total_time={}", limits.time.as_secs().max(1)))
        .arg(format!("-seed={}", limits.seed))
        .arg(format!("-max_len={}", target.longest))
        .arg(format!("-timeout={LONGEST_RUN}"))
        .arg(format!("-rss_limit_mb={MEMORY}"))
        .arg(format!("-artifact_prefix={}/", faults.display()))
        .args(["-print_final_stats=1", "-use_value_profile=1"])
        .env("PARSEC_FUZZ_TARGET", target.name)
        .envs(
            world
                .environment()
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .stdin(Stdio::null());
    if limits.executions < u64::MAX {
        command.arg(format!("-runs={}", limits.executions));
    }
    if let Some(words) = dictionary(target)? {
        command.arg(format!("-dict={}", words.display()));
    }
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    fs::write(folder().join(format!("{}.log", target.name)), &text)?;
    Ok(Report {
        target: target.name,
        summary: Summary {
            executions: statistic(&text, "number_of_executed_units"),
            corpus: inputs.len() as u64,
            new: statistic(&text, "new_units_added"),
            faults: faults_of(target, &output, &text)?,
        },
        time: start.elapsed(),
    })
}

fn fresh(folder: &Path) -> io::Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(folder.to_owned())
}

/// Writes the target's words in libFuzzer's dictionary format.
fn dictionary(target: &Target) -> io::Result<Option<PathBuf>> {
    if target.words.is_empty() {
        return Ok(None);
    }
    let place = folder().join(format!("{}.dict", target.name));
    let lines = target.words.iter().map(|word| {
        let bytes = word.bytes().map(|byte| format!("\\x{byte:02x}"));
        format!("\"{}\"\n", bytes.collect::<String>())
    });
    fs::write(&place, lines.collect::<String>())?;
    Ok(Some(place))
}

fn statistic(text: &str, name: &str) -> u64 {
    let prefix = format!("stat::{name}:");
    let line = text.lines().find_map(|line| line.strip_prefix(&prefix));
    line.and_then(|number| number.trim().parse().ok())
        .unwrap_or(0)
}

fn faults_of(target: &Target, output: &Output, text: &str) -> io::Result<Vec<Fault>> {
    if output.status.success() {
        return Ok(Vec::new());
    }
    let mut lines = text
        .lines()
        .skip_while(|line| !line.contains("panicked at"));
    let message = match (lines.next(), lines.next()) {
        (Some(place), Some(what)) => format!("{place} {what}"),
        _ => format!(
            "{}: {}",
            output.status,
            text.lines().next_back().unwrap_or_default()
        ),
    };
    let written = text
        .lines()
        .find_map(|line| line.split_once("Test unit written to "));
    let Some((_, file)) = written else {
        return Ok(vec![fault::save(target, &[], text, message)?]);
    };
    let file = PathBuf::from(file.trim());
    fs::write(file.with_extension("txt"), text)?;
    Ok(vec![Fault { file, message }])
}
