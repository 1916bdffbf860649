//! The cost of a new operation: the guide's diff is applied to a clone, and after codegen every
//! client has the operation as a method with documentation and a test that passes.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{places, shell};

const DIFF: &str = "book/diffs/operation.diff";

/// The parts that run the examples of the methods.
const PARTS: &[&str] = &[
    "clients/rust",
    "clients/cli",
    "doc examples",
    "python",
    "node",
    "kotlin",
    "swift",
];

/// The generated places that must name the new method, and how they spell it.
const PLACES: &[(&str, &str)] = &[
    (
        "clients/rust/src/generated/handles/client.rs",
        "random_uuid",
    ),
    (
        "clients/rust/src/generated/blocking/client.rs",
        "random_uuid",
    ),
    ("clients/cli/src/generated/client.rs", "random-uuid"),
    ("clients/cli/tests/cli/generated/mod.rs", "random-uuid"),
    (
        "book/src/reference/operations/random_uuid.md",
        "random_uuid",
    ),
    ("clients/python", "random_uuid"),
    ("clients/node", "randomUuid"),
    ("clients/kotlin", "randomUuid"),
    ("clients/swift", "randomUuid"),
];

/// Applies the diff to a clone and tests the clone.
pub(crate) fn test() -> Result<()> {
    let clone = places::target().join("new-operation");
    if clone.exists() {
        fs::remove_dir_all(&clone)?;
    }
    let root = places::root();
    shell::run(
        Command::new("git")
            .args(["clone", "--quiet"])
            .args([root, &clone]),
    )?;
    let diff = fs::read_to_string(root.join(DIFF)).context(DIFF)?;
    let files = diff.lines().filter(|line| line.starts_with("+++ ")).count();
    ensure!(
        files == 3,
        "a new operation costs a contract, a provider method and a line in a handle's file, not {files} files"
    );
    shell::run(
        Command::new("git")
            .args(["apply", DIFF])
            .current_dir(&clone),
    )?;
    shell::step(&mut xtask(&clone, &["codegen"]))?;
    for (place, name) in PLACES {
        ensure!(
            mentions(&clone.join(place), name)?,
            "{place} has no {name} after codegen"
        );
    }
    let mut arguments = vec!["test"];
    for part in PARTS {
        arguments.extend(["--only", part]);
    }
    shell::step(&mut xtask(&clone, &arguments))?;
    fs::remove_dir_all(&clone).context("removing the clone")
}

fn xtask(clone: &Path, arguments: &[&str]) -> Command {
    let mut command = shell::cargo(&["xtask"]);
    command
        .args(arguments)
        .current_dir(clone)
        .env("CARGO_TARGET_DIR", clone.join("target"));
    command
}

/// Whether the file, or a file in the folder, has the text. Build output does not count.
fn mentions(place: &Path, text: &str) -> Result<bool> {
    if place.is_file() {
        return Ok(fs::read_to_string(place).is_ok_and(|content| content.contains(text)));
    }
    if !place.is_dir() {
        bail!("{} does not exist", place.display());
    }
    for entry in fs::read_dir(place)? {
        let entry = entry?;
        let name = entry.file_name();
        if [".build", "build", "node_modules"]
            .iter()
            .any(|skipped| name == *skipped)
        {
            continue;
        }
        if mentions(&entry.path(), text)? {
            return Ok(true);
        }
    }
    Ok(false)
}
