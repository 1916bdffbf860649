//! Runs parts in parallel, as many as fit the machine.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::parts::Part;
use super::report::Report;
use crate::package::Extent;
use crate::places;

/// A finished part.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) name: String,
    pub(crate) report: Report,
    pub(crate) took: Duration,
    pub(crate) log: PathBuf,
}

impl Done {
    /// The build, whose output is not in a log.
    pub(crate) fn build(took: Duration, passed: bool) -> Self {
        Self {
            name: "build".to_owned(),
            report: Report::of_one(passed),
            took,
            log: places::target(),
        }
    }
}

/// Number of parts that run in parallel. Most wait for servers and devices half of the time.
fn slots() -> usize {
    thread::available_parallelism().map_or(2, usize::from) + 1
}

/// Runs all parts, each after its prerequisites, and reports each result.
pub(crate) fn run(mut waiting: Vec<Part>, extent: Extent) -> Vec<Done> {
    let mut done: Vec<Done> = Vec::new();
    let mut running = BTreeSet::new();
    let (sender, ended) = mpsc::channel();
    thread::scope(|scope| {
        loop {
            while running.len() < slots() {
                let Some(next) = next(&waiting, &running) else {
                    break;
                };
                let part = waiting.remove(next);
                running.insert(part.name().to_owned());
                let sender = sender.clone();
                // The receiver lives as long as the scope.
                scope.spawn(move || drop(sender.send(run_one(&part, extent))));
            }
            if running.is_empty() {
                return;
            }
            let Ok(part) = ended.recv() else { return };
            running.remove(&part.name);
            announce(&part);
            done.push(part);
        }
    });
    done
}

/// Returns the first part whose prerequisites have ended.
fn next(waiting: &[Part], running: &BTreeSet<String>) -> Option<usize> {
    let is_open =
        |name: &&str| running.contains(*name) || waiting.iter().any(|part| part.name() == *name);
    waiting
        .iter()
        .position(|part| !part.after().iter().any(is_open))
}

fn run_one(part: &Part, extent: Extent) -> Done {
    let start = Instant::now();
    let log = places::log(part.name());
    let report = part.run(&log, extent).unwrap_or_else(|error| {
        eprintln!("{}: {error:#}", part.name());
        Report::of_one(false)
    });
    Done {
        name: part.name().to_owned(),
        report,
        took: start.elapsed(),
        log,
    }
}

/// Prints one line; for a failed part also the end of its output.
fn announce(done: &Done) {
    let report = &done.report;
    println!(
        "  {:<28} {:>5} passed, {} failed, {} skipped, {:.1} s",
        done.name,
        report.passed,
        report.failed,
        report.skip_count(),
        done.took.as_secs_f64()
    );
    if report.failed > 0 {
        print_failure(done);
    }
}

/// Returns the end of its log, where runners print failures.
fn print_failure(done: &Done) {
    const LINES: usize = 150;
    let log = std::fs::read(&done.log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    // Lines of passed tests are not useful here.
    let lines: Vec<_> = log
        .lines()
        .filter(|line| !line.contains(" ... ok"))
        .collect();
    println!(
        "\n── {} failed; the end of {}:",
        done.name,
        done.log.display()
    );
    for line in &lines[lines.len().saturating_sub(LINES)..] {
        println!("  {line}");
    }
    println!("──\n");
}
