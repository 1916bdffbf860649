//! The samples of the pages and of the book, which the projects that use the packages run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::test_service::TestService;
use crate::{places, shell};

/// The task whose samples are tests, which the test framework of each language runs.
const TESTS: &str = "testing";

/// Returns the samples of the book in a compiled language that are programs, with their names: the
/// task, `Encrypt`.
pub(crate) fn of_the_book(ending: &str) -> Result<Vec<(String, String)>> {
    let mut samples = Vec::new();
    for entry in fs::read_dir(places::root().join("book/samples"))? {
        let folder = entry?;
        let sample = folder.path().join(format!("sample.{ending}"));
        if sample.is_file() && folder.file_name() != TESTS {
            let task = folder.file_name().to_string_lossy().into_owned();
            let (first, rest) = task.split_at(1);
            let program = first.to_ascii_uppercase() + rest;
            samples.push((program, fs::read_to_string(sample)?));
        }
    }
    samples.sort();
    Ok(samples)
}

/// Returns the pages that show a package's features.
pub(crate) fn readmes(package: &Path) -> [(&'static str, PathBuf); 2] {
    [
        ("sample", package.join("README.md")),
        ("front-door", places::root().join("README.md")),
    ]
}

/// Returns the first sample of a language in a page.
pub(crate) fn sample_of(readme: &Path, language: &str) -> Result<String> {
    let text = fs::read_to_string(readme)?;
    let (_, after) = text
        .split_once(&format!("```{language}\n"))
        .with_context(|| format!("{} has no sample", readme.display()))?;
    let (sample, _) = after
        .split_once("```")
        .with_context(|| format!("the sample in {} does not end", readme.display()))?;
    Ok(sample.to_owned())
}

/// Runs a command with a service that it finds through its environment.
pub(crate) fn with_a_service(command: &mut Command) -> Result<()> {
    let service = TestService::start()?;
    shell::step(command.env("PARSEC_SERVICE_ENDPOINT", service.endpoint())).map(drop)
}
