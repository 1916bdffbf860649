//! Seed inputs from other parts of the repository.

use std::fs;
use std::path::{Path, PathBuf};

use parsec_harness::root;
use serde_json::Value;

/// Returns all golden frames of one direction: `request` or `response`.
pub(super) fn frames(direction: &str) -> Vec<Vec<u8>> {
    let folder = root().join("contracts/vectors/examples");
    let mut frames = Vec::new();
    for file in files(&folder, "json") {
        let vectors: Value = serde_json::from_str(&text(&file)).unwrap_or_default();
        let examples = vectors["examples"].as_array().into_iter().flatten();
        let found = examples.filter_map(|example| example[direction].as_str());
        frames.extend(found.filter_map(|digits| hex::decode(digits).ok()));
    }
    frames
}

/// Returns the files of a folder with this extension, sorted.
pub(super) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    files.sort();
    files
}

/// Reads a file of the repository.
pub(super) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
