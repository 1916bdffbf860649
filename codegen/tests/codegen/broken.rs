//! Error messages for broken contracts. Each file in `broken/` changes one place of the contracts
//! in `small/`; the file next to it contains the expected message. `UPDATE=1 cargo test` rewrites
//! the messages.

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

pub(super) fn copy(from: &Path, to: &Path) {
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

fn message(change: &Change) -> String {
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
        Ok(_) => "no problem\n".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn reports_every_broken_contract() {
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
        let message = message(&change);
        let expected = case.with_extension("expected");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &message).unwrap();
        }
        let expected_message = fs::read_to_string(&expected).unwrap_or_default();
        if message != expected_message {
            wrong.push(format!(
                "{}:\n{message}\nexpected:\n{expected_message}",
                case.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn accepts_the_unchanged_contracts() {
    let output = parsec_codegen::generate(&tests().join("small")).unwrap();
    assert!(output.contains_key("contracts/proto/parsec/signing.proto"));
}

#[test]
fn output_is_deterministic() {
    let root = tests().join("small");
    let first = parsec_codegen::generate(&root).unwrap();
    assert_eq!(first, parsec_codegen::generate(&root).unwrap());
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let first = parsec_codegen::generate(&real).unwrap();
    assert_eq!(first, parsec_codegen::generate(&real).unwrap());
}
