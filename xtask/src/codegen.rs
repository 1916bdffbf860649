//! Everything that the contracts can say.

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
