//! Formats the generated Rust with the pinned rustfmt, all files in one run.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::output::Output;

/// Formats every Rust file of the output.
pub(super) fn rust(output: &mut Output) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let files: Vec<(String, std::path::PathBuf)> = output
        .keys()
        .filter(|path| path.ends_with(".rs"))
        .enumerate()
        .map(|(index, path)| (path.clone(), folder.path().join(format!("{index}.rs"))))
        .collect();
    for (path, copy) in &files {
        fs::write(copy, without_modules(&output[path]))?;
    }
    let run = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=100"])
        .args(files.iter().map(|(_, copy)| copy))
        .output()
        .context("rustfmt cannot be started: install it with `rustup component add rustfmt`")?;
    if !run.status.success() {
        let stderr = String::from_utf8_lossy(&run.stderr);
        let named = files
            .iter()
            .fold(stderr.into_owned(), |stderr, (path, copy)| {
                stderr.replace(&copy.display().to_string(), path)
            });
        bail!("rustfmt refused generated code: {named}");
    }
    for (path, copy) in files {
        output.insert(path, with_modules(&fs::read_to_string(copy)?));
    }
    Ok(())
}

/// Replaces `mod name;`, which rustfmt follows to files that do not exist yet, with macro calls.
fn without_modules(text: &str) -> String {
    let lines = text.lines().map(|line| match module_line(line) {
        Some((indent, visibility, name)) => {
            let name = name.replace(RAW, RAW_MARK);
            format!("{indent}{visibility}use self::{MARK}{name};")
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn with_modules(text: &str) -> String {
    text.replace(&format!("use self::{MARK}"), "mod ")
        .replace(&format!("mod {RAW_MARK}"), &format!("mod {RAW}"))
}

const MARK: &str = "module_";
/// The prefix of raw identifiers, which is only valid at the beginning of a name.
const RAW: &str = "r#";
const RAW_MARK: &str = "raw__";

fn module_line(line: &str) -> Option<(&str, &str, &str)> {
    let trimmed = line.trim_start();
    let indent = &line[..line.len() - trimmed.len()];
    let at = trimmed.find("mod ")?;
    let visibility = &trimmed[..at];
    if !visibility.is_empty() && !visibility.starts_with("pub") {
        return None;
    }
    let name = trimmed[at + 4..].strip_suffix(';')?;
    Some((indent, visibility, name))
}
