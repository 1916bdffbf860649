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
mod demo;
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
    Test {
        /// Only those of a language's package, with what they need.
        #[arg(long, value_enum)]
        only: Option<package::Language>,
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
        /// Arguments of the load generator.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Formatting, clippy with warnings as errors, and drift of generated files.
    Lint,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Setup { wanted } => setup::run(wanted),
        Task::Codegen { check } => codegen::run(check),
        Task::Test { only: None } => test::run(),
        Task::Test {
            only: Some(language),
        } => test::only(language),
        Task::Demo { provider } => demo::run(provider),
        Task::Book { open } => book::build(open),
        Task::Package { language } => package::run(language),
        Task::Bench {
            languages: true, ..
        } => bench::languages(),
        Task::Bench { arguments, .. } => bench::run(&arguments),
        Task::Lint => lint::run(),
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
