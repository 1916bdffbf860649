//! Starts the environment and the process of a target, and recovers the input of a process that
//! died.

use std::env;
use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::fault;
use super::session::{self, Limits, Summary};
use crate::Target;

/// Result of a target.
#[derive(Debug)]
pub struct Report {
    /// The target's name.
    pub target: &'static str,
    /// Results of the run.
    pub summary: Summary,
    /// Its duration, with other targets running in parallel.
    pub time: Duration,
}

/// Runs a target in its own process.
///
/// # Errors
///
/// If the process cannot be started, or dies without an input.
pub fn supervise(target: &'static Target, limits: &Limits, program: &str) -> io::Result<Report> {
    let start = Instant::now();
    let world = target.world.start();
    let mut command = Command::new(program);
    command
        .args(["--in-this-process", target.name])
        .args(["--seconds", &limits.time.as_secs_f64().to_string()])
        .args(["--executions", &limits.executions.to_string()])
        .args(["--seed", &limits.seed.to_string()])
        .envs(
            world
                .environment()
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .env(
            "CARGO_TARGET_DIR",
            super::folder().parent().unwrap_or(&env::current_dir()?),
        )
        .stdin(Stdio::null());
    if let Some(folder) = &limits.keep {
        command.arg("--keep").arg(folder);
    }
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().next_back().unwrap_or_default();
    let mut summary = match serde_json::from_str::<Summary>(last) {
        Ok(summary) if output.status.success() => summary,
        _ => died(target, &output)?,
    };
    if let Some(log) = world.log().filter(|_| !summary.faults.is_empty()) {
        for fault in &mut summary.faults {
            fs::write(fault.file.with_extension("log"), &log)?;
        }
    }
    Ok(Report {
        target: target.name,
        summary,
        time: start.elapsed(),
    })
}

/// Reports the input during which the process died as a fault.
fn died(target: &Target, output: &std::process::Output) -> io::Result<Summary> {
    let text = String::from_utf8_lossy(&output.stderr);
    let message = format!("the process ended with {}: {}", output.status, text.trim());
    let input = fs::read(session::current(target, std::process::id()))
        .map_err(|error| io::Error::other(format!("{message}; no input is kept: {error}")))?;
    let fault = fault::save(target, &input, &message, message.clone())?;
    Ok(Summary {
        faults: vec![fault],
        ..Summary::default()
    })
}
