#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The book holds every page that is written, and no link of ours leads nowhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}

/// The targets of Markdown links, without those into the world and within the page.
fn links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|target| target.split('#').next().unwrap().to_owned())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

#[test]
fn every_page_is_in_the_summary() {
    let folder = root().join("book/src");
    let summary = fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
    let listed: BTreeSet<PathBuf> = links(&summary)
        .iter()
        .map(|link| folder.join(link))
        .collect();
    let written: BTreeSet<PathBuf> = pages(&folder)
        .into_iter()
        .filter(|page| !page.ends_with("SUMMARY.md"))
        .collect();
    assert!(written.len() > 40, "the pages are found");
    assert_eq!(listed, written);
}

#[test]
fn every_link_leads_somewhere() {
    let root = root();
    let mut documents = pages(&root.join("book/src"));
    documents.extend(
        ["README.md", "CONTRIBUTING.md", "contracts/README.md"].map(|name| root.join(name)),
    );
    let mut broken = Vec::new();
    for document in &documents {
        let text = fs::read_to_string(document).unwrap();
        let folder = document.parent().unwrap();
        broken.extend(
            links(&text)
                .into_iter()
                .filter(|link| !folder.join(link).exists())
                .map(|link| format!("{}: {link}", document.display())),
        );
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_readme_and_the_book_show_the_program_that_is_tested() {
    let root = root();
    let program = fs::read_to_string(root.join("tests/e2e/examples/sample.rs")).unwrap();
    let shown = program.split_once("// The sample:\n").unwrap().1;
    for page in ["README.md", "book/src/getting-started.md"] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        let sample = text.split("```rust\n").nth(1).unwrap();
        let sample = sample.split("```").next().unwrap();
        assert_eq!(sample, shown, "{page}");
    }
}
