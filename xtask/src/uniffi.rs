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
    shell::step(&mut command)?;
    if language == "kotlin" {
        redact_all(folder)?;
    }
    Ok(())
}

/// Removes secrets from Kotlin's `toString`: a data class prints the contents of its arrays, often
/// into a log.
fn redact_all(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            redact_all(&path)?;
        } else {
            fs::write(&path, redacted(&fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

/// Returns the code, with a `toString` for data classes that contain secrets.
fn redacted(kotlin: &str) -> String {
    let mut text = String::with_capacity(kotlin.len());
    // The current data class.
    let mut class: Option<(&str, Vec<(&str, &str)>)> = None;
    for line in kotlin.split_inclusive('\n') {
        text.push_str(line);
        let code = line.trim();
        if let Some(rest) = code.strip_prefix("data class ") {
            let name = rest.split(['(', ' ']).next().unwrap_or_default();
            class = Some((name, Vec::new()));
        }
        if let Some((name, members)) = &mut class {
            members.extend(member(code));
            if code.ends_with('{') {
                if members.iter().any(|(_, kind)| is_secret(kind)) {
                    text.push_str(&to_string(name, members));
                }
                class = None;
            }
        }
    }
    text
}

/// Returns the name and type of a declared member.
fn member(code: &str) -> Option<(&str, &str)> {
    let rest = code.strip_prefix("var `").or(code.strip_prefix("val `"))?;
    let (name, kind) = rest.split_once("`: ")?;
    Some((name, kind.split([' ', ',', ')']).next()?))
}

fn is_secret(kind: &str) -> bool {
    kind.trim_end_matches('?').rsplit('.').next() == Some("Secret")
}

fn to_string(class: &str, members: &[(&str, &str)]) -> String {
    let shown: Vec<_> = members
        .iter()
        .map(|(name, kind)| match *kind {
            _ if is_secret(kind) => format!("{name}=<secret>"),
            "kotlin.ByteArray" | "kotlin.ByteArray?" => {
                format!("{name}=${{this.`{name}`.contentToString()}}")
            }
            _ => format!("{name}=${{this.`{name}`}}"),
        })
        .collect();
    let shown = shown.join(", ");
    format!("    override fun toString(): kotlin.String = \"{class}({shown})\"\n")
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

    #[test]
    fn a_record_with_a_secret_prints_everything_else() {
        let kotlin = "data class Import (\n    /**\n     * A name.\n     */\n    \
             var `keyName`: kotlin.String\n    , \n    var `data`: Secret\n    , \n    \
             var `label`: kotlin.ByteArray = byteArrayOf()\n    \n){\n    \n    companion object\n}\n";
        let shown = "    override fun toString(): kotlin.String = \"Import(keyName=${this.`keyName`}, \
             data=<secret>, label=${this.`label`.contentToString()})\"\n";
        let text = redacted(kotlin);
        assert_eq!(text.replace(shown, ""), kotlin);
        assert!(text.contains(&format!("){{\n{shown}")), "{text}");
    }

    #[test]
    fn a_variant_with_a_secret_does_not_print_it() {
        let kotlin = "    data class Der(\n        val `der`: org.parsec.client.raw.Secret?) : Material()\n        \n    \
             {\n        companion object\n    }\n";
        let shown = "    override fun toString(): kotlin.String = \"Der(der=<secret>)\"\n";
        assert!(redacted(kotlin).contains(&format!("    {{\n{shown}")));
    }

    #[test]
    fn code_without_secrets_is_unchanged() {
        let kotlin = "data class Hash (\n    var `data`: kotlin.ByteArray\n){\n}\n\
             fun `seal`(`data`: Secret): Secret {\n}\n";
        assert_eq!(redacted(kotlin), kotlin);
    }
}
