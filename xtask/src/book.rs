//! The book and its samples.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{kotlin, node, places, python, shell, swift};

/// Builds the book, and opens it on request.
pub(crate) fn build(open: bool) -> Result<()> {
    let folder = places::target().join("book");
    let run = ["run", "--quiet", "--package", "parsec-book", "--"];
    shell::step(shell::cargo(&run).arg(&folder))?;
    let page = folder.join("index.html");
    println!("The book is in {}", page.display());
    if open {
        shell::run(Command::new("xdg-open").arg(page))?;
    }
    Ok(())
}

/// Runs every sample with the programs that the tests have built and installed.
pub(crate) fn samples() -> Result<()> {
    let mut command = Command::new(places::target().join("debug/parsec-samples"));
    command.arg("--python").arg(python::interpreter());
    command.arg("--node").arg(node::program()?);
    let project = kotlin::project::Project::open()?;
    command.arg("--kotlin").arg(project.classes());
    // Nothing if it is missing, which was already reported.
    command.arg("--swift").arg(match swift::missing()? {
        Some(_) => PathBuf::new(),
        None => swift::project::Project::of_tests().programs(),
    });
    shell::step(&mut shell::with_services(command, "samples")).map(drop)
}
