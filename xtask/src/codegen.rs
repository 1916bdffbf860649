//! Code generation from the contracts.

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

/// The copy of this repository whose contracts contain hostile names. A test of codegen creates it,
/// and has run whenever all tests run.
pub(crate) fn hostile_names() -> Result<PathBuf> {
    let tree = places::target().join("tmp/obstacle");
    // The test writes it last: a folder alone may be incomplete.
    if !tree.with_extension("done").is_file() {
        let test = ["test", "--workspace", "--all-features", "--test", "codegen"];
        shell::step(&mut shell::cargo(&test))?;
    }
    Ok(tree)
}
