#![forbid(unsafe_code)]
//! `parsec`: the command line for people and scripts. Data goes to standard output, messages to
//! standard error.

mod args;
mod commands;
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
    match commands::run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader needs no more output.
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("parsec: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
