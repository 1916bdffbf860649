//! All static checks: `cargo xtask lint`.

mod check;
mod dependencies;
mod languages;
mod report;
mod rust;
mod text;
mod tools;
mod words;

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};

use self::check::{Check, Lane, Log, Outcome};
use self::report::Row;
use crate::setup;

pub(crate) use self::rust::with_clippy;

/// All checks. Two lanes run in parallel, each in this order.
const CHECKS: &[Check] = &[
    Check {
        name: "format",
        finds: "Rust code that rustfmt would change",
        lane: Lane::Cargo,
        work: rust::format,
    },
    Check {
        name: "clippy",
        finds: "warnings of rustc and clippy",
        lane: Lane::Cargo,
        work: rust::clippy,
    },
    Check {
        name: "features",
        finds: "errors and warnings in the Rust client without its optional features",
        lane: Lane::Cargo,
        work: rust::features,
    },
    Check {
        name: "generated",
        finds: "generated files that differ from their contracts",
        lane: Lane::Cargo,
        work: rust::generated,
    },
    Check {
        name: "msrv",
        finds: "a toolchain newer than `rust-version`",
        lane: Lane::Cargo,
        work: rust::oldest_rust,
    },
    Check {
        name: "spelling",
        finds: "misspelled words",
        lane: Lane::Tools,
        work: text::spelling,
    },
    Check {
        name: "words",
        finds: "words that plain technical English avoids",
        lane: Lane::Tools,
        work: words::check,
    },
    Check {
        name: "shell",
        finds: "errors in shell scripts",
        lane: Lane::Tools,
        work: text::shell_scripts,
    },
    Check {
        name: "workflows",
        finds: "faults in .github/workflows",
        lane: Lane::Tools,
        work: text::workflows,
    },
    Check {
        name: "licences",
        finds: "crates with an unknown licence or source, or in two versions",
        lane: Lane::Tools,
        work: dependencies::licences,
    },
    Check {
        name: "unused",
        finds: "dependencies that no code uses",
        lane: Lane::Tools,
        work: dependencies::unused,
    },
    Check {
        name: "yanked",
        finds: "crates that their authors withdrew",
        lane: Lane::Tools,
        work: dependencies::yanked,
    },
    Check {
        name: "advisories",
        finds: "crates with known vulnerabilities",
        lane: Lane::Tools,
        work: dependencies::advisories,
    },
    Check {
        name: "python",
        finds: "findings of Python's linters and type checkers",
        lane: Lane::Cargo,
        work: languages::python,
    },
    Check {
        name: "node",
        finds: "findings of Node's linters and type checkers",
        lane: Lane::Cargo,
        work: languages::node,
    },
    Check {
        name: "kotlin",
        finds: "findings of Kotlin's linter",
        lane: Lane::Tools,
        work: languages::kotlin,
    },
    Check {
        name: "swift",
        finds: "findings of Swift's linter",
        lane: Lane::Tools,
        work: languages::swift,
    },
];

/// Which checks run, and how.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Arguments {
    /// Only these checks; default: all
    #[arg(value_name = "CHECK")]
    only: Vec<String>,
    /// Print the names of all checks and their findings
    #[arg(long)]
    list: bool,
    /// Write the current counts of words to avoid as the new limits; the total never rises
    #[arg(long, conflicts_with_all = ["only", "list"])]
    lower_word_limits: bool,
}

/// Runs the checks and prints a table of them. An error names the failed ones.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(result) = languages::in_this_process() {
        return result;
    }
    if arguments.list {
        for check in CHECKS {
            println!("{:<11} {}", check.name, check.finds);
        }
        return Ok(());
    }
    if arguments.lower_word_limits {
        return words::lower_limits();
    }
    let checks = select(&arguments.only)?;
    setup::run(setup::Wanted::Everything)?;
    let rows = run_in_lanes(&checks);
    report::print(&rows);
    let failed: Vec<&str> = rows
        .iter()
        .filter(|row| matches!(row.outcome, Outcome::Failed(_)))
        .map(|row| row.name)
        .collect();
    if !failed.is_empty() {
        bail!("lint failed: {}", failed.join(", "));
    }
    Ok(())
}

fn select(names: &[String]) -> Result<Vec<&'static Check>> {
    for name in names {
        if !CHECKS.iter().any(|check| check.name == name) {
            let known: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
            bail!(
                "there is no check {name}; the checks are: {}",
                known.join(", ")
            );
        }
    }
    let wanted = |check: &&Check| names.is_empty() || names.iter().any(|name| name == check.name);
    Ok(CHECKS.iter().filter(wanted).collect())
}

/// Runs each lane in its own thread and reports each check when it ends. The rows are in the order
/// of `checks`.
fn run_in_lanes(checks: &[&'static Check]) -> Vec<Row> {
    let (sender, finished) = mpsc::channel();
    let mut rows = thread::scope(|scope| {
        for lane in [Lane::Cargo, Lane::Tools] {
            let sender = sender.clone();
            let own = checks.iter().filter(move |check| check.lane == lane);
            scope.spawn(move || {
                for check in own {
                    // The receiver outlives this scope's threads.
                    let _ = sender.send(run_one(check));
                }
            });
        }
        drop(sender);
        finished
            .into_iter()
            .inspect(|(row, output)| report::finished(row, output))
            .map(|(row, _)| row)
            .collect::<Vec<_>>()
    });
    let place = |row: &Row| checks.iter().position(|check| check.name == row.name);
    rows.sort_by_key(place);
    rows
}

fn run_one(check: &'static Check) -> (Row, String) {
    let start = Instant::now();
    let mut log = Log::default();
    let outcome = (check.work)(&mut log).unwrap_or_else(|error| {
        let error = format!("{error:#}");
        log.line(&error);
        Outcome::Failed(shortened(&error))
    });
    let row = Row {
        name: check.name,
        outcome,
        time: start.elapsed(),
    };
    (row, log.into_output())
}

/// Returns the beginning of an error, for one line of the table.
fn shortened(error: &str) -> String {
    const LONGEST: usize = 100;
    let line = error.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_checks_are_unique() {
        let mut names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CHECKS.len());
    }

    #[test]
    fn selects_all_checks_by_default_and_refuses_unknown_names() {
        assert_eq!(select(&[]).expect("all").len(), CHECKS.len());
        let one = select(&["clippy".to_owned()]).expect("known");
        assert_eq!(one.len(), 1);
        let error = select(&["clipy".to_owned()]).map(|checks| checks.len());
        let message = error.expect_err("unknown").to_string();
        assert!(
            message.contains("clipy") && message.contains("clippy"),
            "{message}"
        );
    }

    #[test]
    fn rows_keep_the_order_of_the_checks() {
        const FAST: Check = Check {
            name: "fast",
            finds: "",
            lane: Lane::Tools,
            work: |_| Ok(Outcome::passed()),
        };
        const FAILING: Check = Check {
            name: "failing",
            finds: "",
            lane: Lane::Cargo,
            work: |_| bail!("line one\nline two"),
        };
        let rows = run_in_lanes(&[&FAILING, &FAST]);
        let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
        assert_eq!(names, ["failing", "fast"]);
        assert!(matches!(&rows[0].outcome, Outcome::Failed(reason) if reason == "line one"));
    }
}
