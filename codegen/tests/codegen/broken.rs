//! Broken contracts and what is said of them. Each file in `broken/` changes one place of the set
//! in `small/`; the text beside it is the whole message. `UPDATE=1 cargo test` rewrites the texts.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
struct Change {
    file: String,
    from: String,
    to: String,
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn said(change: &Change) -> String {
    let root = tempfile::tempdir().unwrap();
    copy(&tests().join("small"), root.path());
    let file = root.path().join(&change.file);
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains(&change.from),
        "{} has no {:?}",
        change.file,
        change.from
    );
    fs::write(&file, text.replacen(&change.from, &change.to, 1)).unwrap();
    match parsec_codegen::generate(root.path()) {
        Ok(_) => "nothing is wrong\n".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn every_broken_contract_is_explained() {
    let mut cases: Vec<PathBuf> = fs::read_dir(tests().join("broken"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    cases.sort();
    assert!(cases.len() > 40);
    let mut wrong = Vec::new();
    for case in cases {
        let change: Change = toml::from_str(&fs::read_to_string(&case).unwrap()).unwrap();
        let said = said(&change);
        let expected = case.with_extension("expected");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &said).unwrap();
        }
        let should = fs::read_to_string(&expected).unwrap_or_default();
        if said != should {
            wrong.push(format!("{}:\n{said}\nshould be:\n{should}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_set_that_is_broken_here_is_whole() {
    let output = parsec_codegen::generate(&tests().join("small")).unwrap();
    assert!(output.contains_key("contracts/proto/parsec/signing.proto"));
}

#[test]
fn generating_twice_gives_the_same_bytes() {
    let root = tests().join("small");
    let first = parsec_codegen::generate(&root).unwrap();
    assert_eq!(first, parsec_codegen::generate(&root).unwrap());
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let first = parsec_codegen::generate(&real).unwrap();
    assert_eq!(first, parsec_codegen::generate(&real).unwrap());
}
