//! Packages for users. Each one is built, installed into an empty environment and tested there.

pub(crate) mod kotlin;
mod node;
mod python;
mod swift;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::{places, setup, shell, uniffi};

pub(crate) use node::folder as node_folder;
pub(crate) use python::environment as python_environment;

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
    setup::for_package(language)?;
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
                "mkdir Parsec && tar -xf {archive} -C Parsec, and add .package(path: \"Parsec\") to Package.swift"
            ),
            // Swift is missing, which was already reported.
            Err(_) => return Ok(None),
        },
    }))
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
