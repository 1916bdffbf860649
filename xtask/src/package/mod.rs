//! Packages for users. Each one is built, installed into an empty environment and tested there.

pub(crate) mod kotlin;
mod node;
mod python;
pub(crate) mod stamp;
pub(crate) mod swift;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::test_service::TestService;
use crate::{places, setup, shell, uniffi};

pub(crate) use node::folder as node_folder;
pub(crate) use python::environment as python_environment;
pub(crate) use swift::programs as swift_programs;

/// A language's package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// A wheel and a source distribution
    Python,
    /// A package for npm
    Node,
    /// A jar with the native library inside
    Kotlin,
    /// The sources of a SwiftPM package, with the native library
    Swift,
}

/// The extent of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Tests for every change. Packages contain the native library of the tests' build.
    EachChange,
    /// Also release packages and all slow tests.
    Extended,
}

/// Sets up and builds a release package.
pub(crate) fn run(language: Language) -> Result<()> {
    setup::run(setup::Wanted::Everything)?;
    let programs = [
        ["--package", "parsec-service"],
        ["--package", "parsec-harness"],
    ];
    shell::step(shell::cargo(&["build", "--bins"]).args(programs.concat()))?;
    if let Language::Kotlin | Language::Swift = language {
        uniffi::set_up()?;
    }
    make(language, Extent::Extended)?;
    if let Some(line) = in_ones_own_project(language)? {
        println!("\nIn your own project: {line}");
    }
    Ok(())
}

/// Builds a package, installs it into an empty environment, and runs the samples of its pages
/// there.
pub(crate) fn make(language: Language, extent: Extent) -> Result<()> {
    match language {
        Language::Python => python::package(extent),
        Language::Node => node::package(extent),
        Language::Kotlin => kotlin::package(extent),
        Language::Swift => swift::package(extent),
    }
}

/// Returns the command for using the package in a project.
fn in_ones_own_project(language: Language) -> Result<Option<String>> {
    let made = |name: &str, ending: &str| {
        let folder = places::target().join("packages").join(name);
        the_file(&folder, ending).map(|file| file.display().to_string())
    };
    Ok(Some(match language {
        Language::Python => format!("pip install {}", made("python", ".whl")?),
        Language::Node => format!("npm install {}", made("node", ".tgz")?),
        Language::Kotlin => format!(
            "depend on org.parsec:parsec-client:{}, which is in ~/.m2 now",
            env!("CARGO_PKG_VERSION")
        ),
        Language::Swift => match made("swift", ".tar.gz") {
            Ok(archive) => format!(
                "mkdir Parsec && tar -xf {archive} -C Parsec && export PKG_CONFIG_PATH=$PWD/Parsec/native"
            ),
            // Swift is missing, which was already reported.
            Err(_) => return Ok(None),
        },
    }))
}

/// Creates an empty folder below the target folder.
fn fresh(name: &str) -> Result<PathBuf> {
    let folder = places::target().join("packages").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Returns the only file in `folder` with this ending.
fn the_file(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    match (found.pop(), found.len()) {
        (Some(file), 0) => Ok(file),
        _ => bail!(
            "{} does not contain exactly one file *{ending}",
            folder.display()
        ),
    }
}

/// Returns the samples of the book in a compiled language, with their program names: the task,
/// `Encrypt`.
fn of_the_book(ending: &str) -> Result<Vec<(String, String)>> {
    let mut samples = Vec::new();
    for entry in fs::read_dir(places::root().join("book/samples"))? {
        let folder = entry?;
        let sample = folder.path().join(format!("sample.{ending}"));
        if sample.is_file() {
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
fn readmes(package: &Path) -> [(&'static str, PathBuf); 2] {
    [
        ("sample", package.join("README.md")),
        ("front-door", places::root().join("README.md")),
    ]
}

/// Returns the first sample of a language in a page.
fn sample_of(readme: &Path, language: &str) -> Result<String> {
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
fn with_a_service(command: &mut Command) -> Result<()> {
    let service = TestService::start()?;
    shell::step(command.env("PARSEC_SERVICE_ENDPOINT", service.endpoint())).map(drop)
}
