#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "a tool for people, whose output is its product"
)]
//! The tool for set-up, codegen, tests and benchmarks: `cargo xtask …`.
//!
//! It needs only Rust to build, because it installs the rest.

mod bench;
mod book;
mod codegen;
mod conformance;
mod demo;
mod fuzz;
mod kotlin;
mod lint;
mod node;
mod one_provider;
mod package;
mod places;
mod python;
mod samples;
mod setup;
mod shell;
mod spire;
mod stamp;
mod swift;
mod test;
mod test_service;
mod uniffi;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::package::Extent;

/// Sets up, generates, tests and shows Parsec.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install the Debian packages that the build needs, with the reason for each.
    Setup {
        /// The extent of the set-up.
        #[arg(long = "for", value_enum, default_value = "everything")]
        wanted: setup::Wanted,
    },
    /// Generate all files from the contracts.
    Codegen {
        /// Write nothing; fail if a generated file does not match the contracts.
        #[arg(long)]
        check: bool,
    },
    /// Set up, build, and run every test.
    ///
    /// Ends with one row per part, the reasons for skipped tests, and the totals.
    Test {
        /// Run only this part and its prerequisites: a crate's folder such as
        /// `service/providers/tpm`, a language, or any other row of the table (repeatable)
        #[arg(long, value_name = "PART")]
        only: Vec<String>,
        /// Also run slow tests: packages in the release profile, SPIRE, many more iterations
        #[arg(long)]
        extended: bool,
    },
    /// Run one part of the tests in this process; `test` starts it.
    #[command(hide = true)]
    Part {
        /// The row's name.
        name: String,
        #[arg(long)]
        extended: bool,
    },
    /// Set up, build, start the service in a temporary folder, and run its main use case.
    Demo {
        /// Location of the keys.
        #[arg(long, value_enum, default_value = "software")]
        provider: demo::Provider,
    },
    /// Build the package of a language, install it in an empty folder and test it.
    Package {
        /// The language.
        #[arg(value_enum)]
        language: package::Language,
    },
    /// Build the book in target/book.
    Book {
        /// Open it in a browser.
        #[arg(long)]
        open: bool,
    },
    /// Build the load generator optimised and run it. It receives the arguments: try `-- --help`.
    Bench {
        /// Compare each language's client with the Rust client instead.
        #[arg(long, conflicts_with = "arguments")]
        languages: bool,
        /// Measure the effect of busy neighbours on a client instead, as ratios with bounds.
        #[arg(long, conflicts_with_all = ["arguments", "languages"])]
        neighbours: bool,
        /// Arguments of the load generator.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Run the fuzz targets, and print a table of their results.
    Fuzz(fuzz::Arguments),
    /// Run all static checks: formatting, lints, generated files, spelling, dependencies, each
    /// language's linters.
    Lint(lint::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Setup { wanted } => setup::run(wanted),
        Task::Codegen { check } => codegen::run(check),
        Task::Test { only, extended } => test::run(&only, extent(extended)),
        Task::Part { name, extended } => test::run_task(&name, extent(extended)),
        Task::Demo { provider } => demo::run(provider),
        Task::Book { open } => book::build(open),
        Task::Package { language } => package::run(language),
        Task::Bench {
            languages: true, ..
        } => bench::languages(),
        Task::Bench {
            neighbours: true, ..
        } => bench::neighbours(),
        Task::Bench { arguments, .. } => bench::run(&arguments),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
        Task::Lint(arguments) => lint::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The problem is in another program or in the machine: a backtrace does not help.
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn extent(extended: bool) -> Extent {
    match extended {
        true => Extent::Extended,
        false => Extent::EachChange,
    }
}
