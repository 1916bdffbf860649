#![forbid(unsafe_code)]
//! `parsec-codegen [--root FOLDER] [--check]`: writes the generated files, or reports differences.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use parsec_codegen::emit::{FOLDERS, Output};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool> {
    let mut root = PathBuf::from(".");
    let mut check = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--root" => root = arguments.next().context("--root needs a folder")?.into(),
            "--check" => check = true,
            other => bail!("unknown argument {other:?}; the options are --root FOLDER and --check"),
        }
    }
    let output = parsec_codegen::generate(&root)?;
    if check {
        let again = parsec_codegen::generate(&root)?;
        if again != output {
            bail!("the output is not deterministic: an emitter depends on more than the model");
        }
        return compare(&root, &output);
    }
    write(&root, &output)?;
    Ok(true)
}

fn write(root: &Path, output: &Output) -> Result<()> {
    let mut written = 0;
    for (path, text) in output {
        let file = root.join(path);
        if fs::read_to_string(&file).is_ok_and(|old| old == *text) {
            continue;
        }
        fs::create_dir_all(file.parent().unwrap_or(root))?;
        fs::write(&file, text).with_context(|| format!("writing {path}"))?;
        written += 1;
    }
    let stale = stale(root, output)?;
    for path in &stale {
        fs::remove_file(root.join(path))?;
    }
    eprintln!(
        "codegen: {} files, {written} written, {} removed",
        output.len(),
        stale.len()
    );
    Ok(())
}

fn compare(root: &Path, output: &Output) -> Result<bool> {
    let mut differences = Vec::new();
    for (path, text) in output {
        match fs::read_to_string(root.join(path)) {
            Ok(old) if old == *text => {}
            Ok(old) => differences.push(first_difference(path, &old, text)),
            Err(_) => differences.push(format!("{path}: missing")),
        }
    }
    for path in stale(root, output)? {
        differences.push(format!("{path}: not generated from any contract"));
    }
    for difference in &differences {
        eprintln!("{difference}");
    }
    if !differences.is_empty() {
        eprintln!(
            "{} generated files differ: run `cargo xtask codegen`",
            differences.len()
        );
    }
    Ok(differences.is_empty())
}

fn first_difference(path: &str, old: &str, new: &str) -> String {
    let mut lines = old.lines().zip(new.lines()).enumerate();
    match lines.find(|(_, (old, new))| old != new) {
        Some((index, (old, new))) => {
            format!(
                "{path}:{}:\n  found:    {old}\n  expected: {new}",
                index + 1
            )
        }
        None => format!(
            "{path}: has {} lines, not {}",
            old.lines().count(),
            new.lines().count()
        ),
    }
}

/// The folders in which Python caches bytecode.
const BYTECODE: &str = "__pycache__";

/// Returns the files in the folders of generated files that are no longer generated.
fn stale(root: &Path, output: &Output) -> Result<BTreeSet<String>> {
    let mut stale = BTreeSet::new();
    for folder in FOLDERS {
        let mut open = vec![root.join(folder)];
        while let Some(folder) = open.pop() {
            let Ok(entries) = fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries {
                let path = entry?.path();
                if path.ends_with(BYTECODE) {
                    continue;
                }
                if path.is_dir() {
                    open.push(path);
                } else if let Some(below) = path.strip_prefix(root).ok().and_then(Path::to_str)
                    && !output.contains_key(below)
                {
                    stale.insert(below.to_owned());
                }
            }
        }
    }
    Ok(stale)
}
