//! What uniffi writes for Kotlin and Swift, from a library that cargo has built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::{codegen, places, shell};

/// The binding as a dynamic library.
pub(crate) fn library(profile: &str) -> PathBuf {
    places::target().join(profile).join("libparsec_uniffi.so")
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
pub(crate) fn hostile_names() -> Result<PathBuf> {
    Ok(codegen::hostile_names()?.join("libparsec_uniffi.rlib"))
}

/// Writes a language's side of the binding below `folder`, where nothing else is.
pub(crate) fn generate(library: &Path, language: &str, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut command = Command::new(places::target().join("debug/uniffi-bindgen"));
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

/// Has no object of Kotlin's show a secret: a data class prints what its arrays hold, and often into
/// a log.
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

/// The text, with a `toString` of their own for data classes that hold secrets.
fn redacted(kotlin: &str) -> String {
    let mut text = String::with_capacity(kotlin.len());
    // The data class whose members are being read.
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

/// Name and type of a member that a line declares.
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
    fn a_record_that_holds_a_secret_shows_all_but_the_secret() {
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
    fn a_variant_that_holds_a_secret_shows_none() {
        let kotlin = "    data class Der(\n        val `der`: org.parsec.client.raw.Secret?) : Material()\n        \n    \
             {\n        companion object\n    }\n";
        let shown = "    override fun toString(): kotlin.String = \"Der(der=<secret>)\"\n";
        assert!(redacted(kotlin).contains(&format!("    {{\n{shown}")));
    }

    #[test]
    fn what_holds_no_secret_stays_as_it_is() {
        let kotlin = "data class Hash (\n    var `data`: kotlin.ByteArray\n){\n}\n\
             fun `seal`(`data`: Secret): Secret {\n}\n";
        assert_eq!(redacted(kotlin), kotlin);
    }
}
