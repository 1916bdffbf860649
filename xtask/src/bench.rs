//! The end-to-end load generator.

use std::process::Command;

use anyhow::Result;

use crate::package::Extent;
use crate::{node, package, places, python, setup, shell, swift, uniffi};

/// Compares every language's client with the Rust client, all optimised.
pub(crate) fn languages() -> Result<()> {
    setup::run(setup::Wanted::Everything)?;
    let python = package::python_environment(Extent::Extended)?;
    let node = package::node_folder(Extent::Extended)?;
    let interpreter = python.join("bin/python");
    uniffi::set_up()?;
    let kotlin = package::kotlin::project_of_release()?;
    let mut programs = vec![
        format!(
            "{} {}",
            interpreter.display(),
            python::folder().join("bench/calls.py").display()
        ),
        format!("node {}", node.join("calls.mjs").display()),
        format!("java -cp {} CallsKt", kotlin.classes()),
    ];
    if let Some(script) = swift::bench()? {
        programs.push(format!("sh {}", script.display()));
    }
    std::fs::copy(
        node::folder().join("bench/calls.mjs"),
        node.join("calls.mjs"),
    )?;
    let mut command = shell::cargo(&["run", "--release", "--package", "parsec-bench"]);
    command.args(["--bin", "parsec-bench-languages", "--"]);
    for program in programs {
        command.args(["--with", &program]);
    }
    shell::step(&mut command).map(drop)
}

/// Measures the effect of other clients' load on one client, with everything optimised; an error if
/// a ratio exceeds its bounds.
pub(crate) fn neighbours() -> Result<()> {
    setup::run(setup::Wanted::Everything)?;
    shell::step(&mut shell::cargo(&[
        "build",
        "--release",
        "--package",
        "parsec-service",
        "--package",
        "parsec-bench",
    ]))?;
    let built = places::target().join("release");
    let mut command = Command::new(built.join("parsec-bench-neighbours"));
    command.env("PARSEC_SERVICE_BINARY", built.join("parsec-service"));
    shell::step(&mut command).map(drop)
}

/// Builds the load generator optimised and runs it with these arguments.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    setup::run(setup::Wanted::Everything)?;
    let mut command = shell::cargo(&[
        "run",
        "--release",
        "--package",
        "parsec-bench",
        "--bin",
        "parsec-bench",
        "--",
    ]);
    command.args(arguments);
    shell::step(&mut command).map(drop)
}
