//! Everything that the contracts can say.

use std::process::Command;

use anyhow::Result;

use crate::shell;

/// Writes the generated files, or compares them.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut command = shell::cargo(&["run", "--quiet", "--package", "parsec-codegen", "--"]);
    command.arg("--root").arg(shell::root());
    if check {
        command.arg("--check");
    }
    shell::run(&mut command)
}

/// Compares the generated files, with the codegen as it was built with everything else.
pub(crate) fn check_with_built() -> Result<()> {
    let mut command = Command::new(shell::target().join("debug/parsec-codegen"));
    command.arg("--root").arg(shell::root()).arg("--check");
    shell::step(&mut command).map(drop)
}
