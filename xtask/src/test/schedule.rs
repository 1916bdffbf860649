//! Runs parts beside each other, as many at once as fit the machine.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::parts::Part;
use super::report::Report;
use crate::package::Extent;
use crate::places;

/// A part that has ended.
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

/// How many parts run at once. Most wait for servers and devices half of their time.
fn slots() -> usize {
    thread::available_parallelism().map_or(2, usize::from) + 1
}

/// Runs all parts, each after those that it names, and says of each how it ended.
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

/// The first part that waits for none that is still to end.
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

/// One line; of a part that failed, what it printed.
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

/// The end of its log, which is where runners say what failed.
fn print_failure(done: &Done) {
    const LINES: usize = 150;
    let log = std::fs::read(&done.log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    // The lines of tests that passed say nothing here.
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
