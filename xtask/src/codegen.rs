//! Everything that the contracts can say.

use std::path::PathBuf;

use anyhow::Result;

use crate::{places, shell};

/// Writes the generated files, or compares them.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut command = shell::cargo(&["run", "--quiet", "--package", "parsec-codegen", "--"]);
    command.arg("--root").arg(places::root());
    if check {
        command.arg("--check");
    }
    shell::run(&mut command)
}

/// The copy of this repository whose contracts hold hostile names, made where it is missing: by a
/// test of the codegen, which has run where all run.
pub(crate) fn hostile_names() -> Result<PathBuf> {
    let tree = places::target().join("tmp/obstacle");
    if !tree.exists() {
        let test = ["test", "--workspace", "--all-features", "--test", "codegen"];
        shell::step(&mut shell::cargo(&test))?;
    }
    Ok(tree)
}
