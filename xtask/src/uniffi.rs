//! What uniffi writes for Kotlin and Swift, from a library that cargo has built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::shell;

/// The binding as a dynamic library.
pub(crate) fn library(profile: &str) -> PathBuf {
    shell::target().join(profile).join("libparsec_uniffi.so")
}

/// Builds the binding as users get it, and as its generators read it, with them.
pub(crate) fn build() -> Result<()> {
    let binding = ["--package", "parsec-uniffi"];
    let bindgen = ["--package", "parsec-uniffi-bindgen"];
    shell::step(&mut shell::cargo(
        &[&["build"][..], &binding, &bindgen].concat(),
    ))?;
    shell::step(&mut shell::cargo(
        &[&["build", "--release"][..], &binding].concat(),
    ))
    .map(drop)
}

/// The binding as the tests of the codegen have built it from hostile names.
pub(crate) fn obstacle() -> Result<PathBuf> {
    Ok(shell::obstacle()?.join("libparsec_uniffi.rlib"))
}

/// Writes a language's side of the binding below `folder`, where nothing else is.
pub(crate) fn generate(library: &Path, language: &str, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut command = Command::new(shell::target().join("debug/uniffi-bindgen"));
    command
        .args(["generate", "--no-format", "--language", language])
        .arg("--config")
        .arg(shell::root().join("bindings/uniffi/bindings.toml"))
        .arg("--out-dir")
        .arg(folder)
        .arg(library);
    shell::step(&mut command).map(drop)
}
