//! The threat model names a test for each guarantee; these tests exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use parsec_harness::root;

/// Returns every function in the Rust files below a folder.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| {
                let (_, name) = line.split_once("fn ")?;
                name.split_once('(').map(|(name, _)| name.to_owned())
            });
            found.extend(names);
        }
    }
}

#[test]
fn every_test_named_in_the_threat_model_exists() {
    let mut known = BTreeSet::new();
    for folder in [
        "tests/e2e/tests",
        "tests/interop/tests",
        "service",
        "clients/rust",
    ] {
        functions(&root().join(folder), &mut known);
    }
    let page = fs::read_to_string(root().join("book/src/threat-model.md")).unwrap();
    let named: BTreeSet<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        // Names of settings have one or two words.
        .filter(|name| name.matches('_').count() > 2)
        .collect();
    assert!(named.len() > 20, "the names are found");
    let missing: Vec<_> = named
        .iter()
        .filter(|name| !known.contains(**name))
        .collect();
    assert!(missing.is_empty(), "there is no test called {missing:?}");
}
