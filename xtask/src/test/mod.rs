//! All tests: set-up in parallel with one build, then the parts in parallel.

mod new_operation;
mod parts;
mod report;
mod rust;
mod schedule;
mod table;

use std::fs;
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::package::Extent;
use crate::{places, setup};
use schedule::Done;

pub(crate) use parts::run_task;

/// Sets up, builds and tests; with names, only these parts.
pub(crate) fn run(only: &[String], extent: Extent) -> Result<()> {
    let start = Instant::now();
    setup::run(setup::Wanted::Everything)?;
    for folder in [places::logs(), places::reports(""), places::conformance()] {
        // Reports of an earlier run must not replace those of a failed part.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder)?;
    }
    let (mut done, crates) = thread::scope(|scope| {
        let set_ups = scope.spawn(|| schedule::run(parts::set_ups(only, extent), extent));
        let build_start = Instant::now();
        let crates = rust::build(only);
        let build = Done::build(build_start.elapsed(), crates.is_ok());
        let mut done = set_ups.join().unwrap_or_default();
        done.insert(0, build);
        (done, crates)
    });
    if done.iter().all(|part| part.report.failed == 0) {
        let mut parts = parts::all(crates?);
        if !only.is_empty() {
            parts::keep(&mut parts, only)?;
        }
        println!();
        done.extend(schedule::run(parts, extent));
        if only.is_empty() {
            done.extend(schedule::run(parts::alone(extent), extent));
        }
    }
    table::print(&done, start.elapsed());
    let failed: Vec<_> = done.iter().filter(|part| part.report.failed > 0).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let lines: Vec<_> = failed
        .iter()
        .map(|part| part.log.display().to_string())
        .collect();
    bail!("tests failed; their output is in\n  {}", lines.join("\n  "))
}
