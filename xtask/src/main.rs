#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "a tool for people, whose output is its product"
)]
//! The one tool for set-up, codegen, tests and benches: `cargo xtask …`.
//!
//! It needs nothing but Rust to build, for it is what installs the rest.

mod bench;
mod book;
mod codegen;
mod conformance;
mod demo;
mod fuzz;
mod kotlin;
mod lint;
mod node;
mod package;
mod places;
mod python;
mod setup;
mod shell;
mod spire;
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
    /// Install the Debian packages that the build needs, saying which and why.
    Setup {
        /// For what.
        #[arg(long = "for", value_enum, default_value = "everything")]
        wanted: setup::Wanted,
    },
    /// Write everything that the contracts can say.
    Codegen {
        /// Write nothing; fail if a generated file is not what the contracts say.
        #[arg(long)]
        check: bool,
    },
    /// Set up, build, and run every test.
    ///
    /// Ends with a row for each part, the reasons of what was skipped, and the totals.
    Test {
        /// Only this part and what it needs: a crate's folder such as `service/providers/tpm`, a
        /// language, or any other row of the table (repeatable)
        #[arg(long, value_name = "PART")]
        only: Vec<String>,
        /// Also what takes long: packages in the release profile, SPIRE, many more rounds
        #[arg(long)]
        extended: bool,
    },
    /// Run one part of the tests in this process; the rest of `test` starts it.
    #[command(hide = true)]
    Part {
        /// The row's name.
        name: String,
        #[arg(long)]
        extended: bool,
    },
    /// Set up, build, start the service in a scratch folder, and do its main job on real input.
    Demo {
        /// Where the keys are.
        #[arg(long, value_enum, default_value = "software")]
        provider: demo::Provider,
    },
    /// Build what users of a language install, install it in an empty place and use it there.
    Package {
        /// The language.
        #[arg(value_enum)]
        language: package::Language,
    },
    /// Render the book into target/book.
    Book {
        /// Show it in a browser.
        #[arg(long)]
        open: bool,
    },
    /// Build the load generator optimised and run it. Arguments go to it: try `-- --help`.
    Bench {
        /// Measure each language's client against the Rust one instead.
        #[arg(long, conflicts_with = "arguments")]
        languages: bool,
        /// Measure how much a client notices of busy neighbours instead, as ratios with bounds.
        #[arg(long, conflicts_with_all = ["arguments", "languages"])]
        neighbours: bool,
        /// Arguments of the load generator.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Run the fuzz targets, and print a table of what they did.
    Fuzz(fuzz::Arguments),
    /// Run everything static: formatting, lints, drift, spelling, dependencies, each language's linters.
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
        // What went wrong lies in another program or in the machine: a backtrace is no help.
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
