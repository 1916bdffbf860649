//! What users install. Each package is built, put into an empty environment and used there.

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

/// How much to test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What every change has to pass. Packages hold the native library of the tests' build.
    EachChange,
    /// Packages as they are released as well, and all that takes long.
    Extended,
}

/// Sets up and makes a package as it is released.
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

/// Builds a package, installs it where nothing else is, and runs the samples of its pages there.
pub(crate) fn make(language: Language, extent: Extent) -> Result<()> {
    match language {
        Language::Python => python::package(extent),
        Language::Node => node::package(extent),
        Language::Kotlin => kotlin::package(extent),
        Language::Swift => swift::package(extent),
    }
}

/// What to do with it there.
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
            // There is no Swift, which was said.
            Err(_) => return Ok(None),
        },
    }))
}

/// An empty folder below the target folder.
fn fresh(name: &str) -> Result<PathBuf> {
    let folder = places::target().join("packages").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The one file in `folder` whose name ends so.
fn the_file(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    match (found.pop(), found.len()) {
        (Some(file), 0) => Ok(file),
        _ => bail!("{} has not one file *{ending}", folder.display()),
    }
}

/// The samples of the book in a language that compiles them, with what each program is called: the
/// task, `Encrypt`.
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

/// The pages that show what a package does.
fn readmes(package: &Path) -> [(&'static str, PathBuf); 2] {
    [
        ("sample", package.join("README.md")),
        ("front-door", places::root().join("README.md")),
    ]
}

/// The first sample of a language in a page.
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

/// Runs a command with a service that it finds by its environment.
fn with_a_service(command: &mut Command) -> Result<()> {
    let service = TestService::start()?;
    shell::step(command.env("PARSEC_SERVICE_ENDPOINT", service.endpoint())).map(drop)
}
