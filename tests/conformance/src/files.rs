//! Files in this folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use parsec_client::{AnySpec, KeyAttributes, KeySpec as _};
use schemars::schema_for;
use serde::Deserialize as _;

use crate::folder;
use crate::model::{Case, File, Layer, Verb};

/// The attributes of each key kind, the preferred ones first.
pub type Specs = BTreeMap<String, Vec<KeyAttributes>>;

/// Reads all case files below a folder, sorted by name.
///
/// # Errors
///
/// If a file cannot be read or has the wrong format, with its name.
pub fn read(folder: &Path) -> Result<Vec<(PathBuf, File)>> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    let read_one = |path: PathBuf| {
        let text = fs::read_to_string(&path)?;
        let file = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        Ok((path, file))
    };
    paths.into_iter().map(read_one).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            paths.push(path);
        }
    }
    Ok(())
}

/// Reads all cases.
///
/// # Errors
///
/// As [`read`], and if two cases have the same ID, a raw case has another verb, or there are no
/// cases.
pub fn cases() -> Result<Vec<Case>> {
    let mut ids = BTreeSet::new();
    let mut cases = Vec::new();
    for (path, file) in read(&folder().join("cases"))? {
        for case in file.cases {
            let at = || format!("{}: {}", path.display(), case.id);
            ensure!(ids.insert(case.id.clone()), "{}: there are two", at());
            let raw = |step: &crate::model::Step| matches!(step.verb, Verb::Raw { .. });
            if case.layer == Layer::Raw && !case.steps.iter().all(raw) {
                bail!("{}: a raw case has only the verb raw", at());
            }
            cases.push(case);
        }
    }
    ensure!(!cases.is_empty(), "there are no cases");
    Ok(cases)
}

/// Returns the expected contents of `schema.json`.
///
/// # Panics
///
/// Never: a schema is valid JSON.
pub fn schema() -> String {
    pretty(&schema_for!(File))
}

/// Returns the expected contents of `specs.json`: the client's key kinds, and the keys that
/// contract examples create, under the IDs of their cases.
///
/// # Errors
///
/// If the generated cases cannot be read.
pub fn specs() -> Result<String> {
    let mut specs = Specs::new();
    for name in AnySpec::names() {
        specs.insert(name.to_owned(), AnySpec::named(name)?.choices());
    }
    for (_, file) in read(&folder().join("cases/generated"))? {
        for case in file.cases {
            if let Some(attributes) = made_by_the_last_step(&case)? {
                specs.insert(case.id, vec![attributes]);
            }
        }
    }
    Ok(pretty(&specs))
}

fn made_by_the_last_step(case: &Case) -> Result<Option<KeyAttributes>> {
    let attributes = match case.steps.last().map(|step| &step.verb) {
        Some(Verb::Raw { input, .. }) => input.get("attributes"),
        _ => None,
    };
    let attributes = attributes.map(KeyAttributes::deserialize).transpose();
    attributes.with_context(|| case.id.clone())
}

fn pretty(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(value);
    text.unwrap_or_else(|error| panic!("{error}")) + "\n"
}
