#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a command line tool")]
//! Compares the languages' reports of the conformance cases: `parsec-conformance-compare REPORT…`.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use parsec_tests_conformance::compare::compare;
use parsec_tests_conformance::report::Report;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Prints one line, regardless of the backtrace settings in the environment.
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether the reports agree.
fn run() -> Result<bool> {
    let paths: Vec<_> = std::env::args_os().skip(1).collect();
    ensure!(
        !paths.is_empty(),
        "usage: parsec-conformance-compare REPORT..."
    );
    let read = |path: &std::ffi::OsString| -> Result<Report> {
        let shown = || path.to_string_lossy().into_owned();
        let text = fs::read_to_string(path).with_context(shown)?;
        serde_json::from_str(&text).with_context(shown)
    };
    let reports = paths.iter().map(read).collect::<Result<Vec<_>>>()?;
    let comparison = compare(&reports);
    println!("{}", comparison.table);
    for line in &comparison.known {
        println!("known: {line}");
    }
    for line in &comparison.differences {
        println!("differs: {line}");
    }
    Ok(match comparison.differences.len() {
        0 => {
            println!("the same cases in every language");
            true
        }
        count => {
            println!("{count} differences");
            false
        }
    })
}
