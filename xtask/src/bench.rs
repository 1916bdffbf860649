//! The end-to-end load generator.

use anyhow::Result;

use crate::{setup, shell};

/// Builds it optimised and hands it the arguments.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    setup::run()?;
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
