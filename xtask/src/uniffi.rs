//! uniffi's generated code for Kotlin and Swift, from a library that cargo has compiled.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{codegen, places, shell};

/// The binding as a dynamic library.
pub(crate) fn library(profile: &str) -> PathBuf {
    places::target().join(profile).join("libparsec_uniffi.so")
}

/// uniffi's own command line, which generates the foreign side of the binding.
fn bindgen() -> Result<PathBuf> {
    let cache = places::cache().unwrap_or_else(places::target);
    let version = version(&fs::read_to_string(bindgen_folder().join("Cargo.lock"))?)
        .context("bindings/uniffi/bindgen/Cargo.lock names no uniffi_bindgen")?;
    let folder = cache
        .join("tools")
        .join(format!("uniffi-bindgen-{version}"));
    Ok(folder.join("uniffi-bindgen"))
}

fn bindgen_folder() -> PathBuf {
    places::root().join("bindings/uniffi/bindgen")
}

/// Returns the version of uniffi's generators in a lock file.
fn version(lock: &str) -> Option<String> {
    let (_, after) = lock.split_once("name = \"uniffi_bindgen\"\nversion = \"")?;
    Some(after.split_once('"')?.0.to_owned())
}

/// Builds uniffi's command line if this user does not have this version.
pub(crate) fn set_up() -> Result<()> {
    let program = bindgen()?;
    if program.is_file() {
        return Ok(());
    }
    println!(
        "Building uniffi's generators into {}: about two minutes of one core, once a version.",
        program.display()
    );
    let target = places::target().join("uniffi-bindgen");
    let mut build = shell::cargo(&["build", "--locked"]);
    build
        .arg("--manifest-path")
        .arg(bindgen_folder().join("Cargo.toml"));
    // In parallel with the build of everything else, which would lock the shared target folder.
    build.arg("--target-dir").arg(&target);
    shell::step(&mut build)?;
    let folder = program.parent().context("it has a folder")?;
    fs::create_dir_all(folder)?;
    shell::install(&target.join("debug/uniffi-bindgen"), &program)?;
    fs::remove_dir_all(target)?;
    Ok(())
}

/// Builds the binding optimised, as users get it, and in the form that its generators read.
pub(crate) fn build() -> Result<()> {
    set_up()?;
    let binding = ["--package", "parsec-uniffi"];
    shell::step(&mut shell::cargo(&[&["build"][..], &binding].concat()))?;
    shell::step(&mut shell::cargo(
        &[&["build", "--release"][..], &binding].concat(),
    ))
    .map(drop)
}

/// The binding that the tests of codegen have built from hostile names.
pub(crate) fn hostile_names() -> Result<PathBuf> {
    Ok(codegen::hostile_names()?.join("libparsec_uniffi.rlib"))
}

/// Writes a language's side of the binding below `folder`.
pub(crate) fn generate(library: &Path, language: &str, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut command = Command::new(bindgen()?);
    command
        .args(["generate", "--no-format", "--language", language])
        .arg("--config")
        .arg(places::root().join("bindings/uniffi/bindings.toml"))
        .arg("--out-dir")
        .arg(folder)
        .arg(library);
    shell::step(&mut command).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generators_are_of_the_version_that_the_binding_is_built_with() {
        let lock = |folder: &Path| fs::read_to_string(folder.join("Cargo.lock")).unwrap();
        let own = version(&lock(&bindgen_folder()));
        let uniffi = lock(places::root());
        let (_, after) = uniffi
            .split_once("name = \"uniffi\"\nversion = \"")
            .unwrap();
        assert_eq!(
            own.as_deref(),
            after.split_once('"').map(|(number, _)| number)
        );
    }
}
