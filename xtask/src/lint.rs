//! What CI wants besides passing tests.

use anyhow::Result;

use crate::{codegen, shell};

/// Formatting, clippy, drift of generated files.
pub(crate) fn run() -> Result<()> {
    shell::step(&mut shell::cargo(&["fmt", "--check"]))?;
    shell::step(&mut shell::cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "--deny",
        "warnings",
    ]))?;
    codegen::run(true)
}
