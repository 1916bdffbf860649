#![forbid(unsafe_code)]
//! `parsec`: the command line for people and scripts. Data goes to standard output, messages to
//! standard error.

mod args;
mod commands;
mod confirm;
mod encoder;
mod failure;
mod generated;
mod input;
mod output;
mod printers;
mod session;
mod sink;
mod streaming;
#[allow(
    dead_code,
    reason = "a function for each type that a contract may name"
)]
mod value;

use std::process::ExitCode;

use clap::Parser as _;

use args::Arguments;
use failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return not_parsed(&error),
    };
    match commands::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader needs no more output.
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            if arguments.json {
                print_json(&failure);
            }
            eprintln!("parsec: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Prints the help, or the error in the arguments.
fn not_parsed(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A closed pipe needs no more output.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = with_short_values(&error.to_string());
    if std::env::args_os().any(|argument| argument == "--json") {
        // The rest is the usage.
        let message = text.split("\n\n").next().unwrap_or_default();
        let message = message.trim_start_matches("error: ").to_owned();
        print_json(&Failure::Usage(message));
    }
    if text == error.to_string() {
        // With colours, if standard error is open.
        let _ = error.print();
    } else {
        eprint!("{text}");
    }
    ExitCode::from(2)
}

/// Returns a message in which quoted values are shortened.
fn with_short_values(text: &str) -> String {
    let parts: Vec<_> = text
        .split('\'')
        .enumerate()
        .map(|(index, part)| match index % 2 {
            1 => output::printable(part),
            _ => part.into(),
        })
        .collect();
    parts.join("'")
}

/// Prints the failure as JSON, so that the standard output is JSON in any case.
fn print_json(failure: &Failure) {
    if let Some(value) = failure.json() {
        // The message on standard error follows in any case.
        let _ = output::json(&value);
    }
}
