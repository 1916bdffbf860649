//! Consistency checks of the files in this folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use parsec_client::{ErrorKind, Opcode};
use parsec_tests_conformance::files::{self, Specs};
use parsec_tests_conformance::model::{Case, Verb};
use parsec_tests_conformance::{folder, known_failing};
use serde_json::{Value, json};

macro_rules! named {
    ($($test:ident),+ $(,)?) => {
        &[$((stringify!($test), $test)),+]
    };
}

/// The checks, by name.
pub(crate) const TESTS: &[(&str, fn())] = named![
    the_schema_matches_the_types,
    the_attributes_of_each_key_kind_match_the_client,
    every_need_and_every_error_kind_exists,
    every_value_is_saved_before_it_is_used,
    every_verb_has_a_case_and_is_documented,
    every_example_of_a_contract_is_a_case_or_has_a_reason,
    every_known_failure_names_an_existing_case,
    an_invalid_step_is_rejected_when_it_is_read,
    the_comparison_fails_if_a_language_omits_a_case,
];

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

const AGAIN: &str = "run `cargo run -p parsec-tests-conformance --bin parsec-conformance-files`";

fn the_schema_matches_the_types() {
    assert!(text("schema.json") == files::schema(), "{AGAIN}");
}

fn the_attributes_of_each_key_kind_match_the_client() {
    assert!(text("specs.json") == files::specs().unwrap(), "{AGAIN}");
}

fn every_need_and_every_error_kind_exists() {
    let specs: Specs = serde_json::from_str(&text("specs.json")).unwrap();
    let kinds: BTreeSet<_> = ErrorKind::ALL.iter().map(|kind| kind.name()).collect();
    for case in files::cases().unwrap() {
        for need in &case.needs {
            let known = match need.parts() {
                ("opcode", name) => Opcode::from_name(name).is_some(),
                (_, name) => specs.contains_key(name),
            };
            assert!(known, "{}: there is no {}", case.id, need.text());
        }
        for step in &case.steps {
            if let Some(kind) = &step.common.fails {
                assert!(kinds.contains(kind.as_str()), "{}: {kind}", case.id);
            }
        }
    }
}

fn every_value_is_saved_before_it_is_used() {
    for (path, file) in files::read(&folder().join("cases")).unwrap() {
        let written: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for (case, written) in file.cases.iter().zip(written["cases"].as_array().unwrap()) {
            let mut saved = BTreeSet::new();
            for step in written["steps"].as_array().unwrap() {
                let mut used = Vec::new();
                names_in(step, &mut used);
                for name in used {
                    assert!(saved.contains(&name), "{}: {name} is not saved", case.id);
                }
                if let Some(name) = step["save"].as_str() {
                    saved.insert(format!("${name}"));
                }
            }
        }
    }
}

fn names_in(value: &Value, used: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with('$') => used.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| names_in(item, used)),
        Value::Object(members) => members.values().for_each(|inner| names_in(inner, used)),
        _ => {}
    }
}

fn every_verb_has_a_case_and_is_documented() {
    let schema: Value = serde_json::from_str(&text("schema.json")).unwrap();
    let verbs = schema["$defs"]["Step"]["oneOf"].as_array().unwrap();
    let verbs: BTreeSet<_> = verbs
        .iter()
        .map(|verb| verb["properties"]["do"]["const"].as_str().unwrap())
        .collect();
    assert!(verbs.len() > 25, "{verbs:?}");
    let readme = text("README.md");
    let cases = written_cases();
    for verb in verbs {
        assert!(readme.contains(&format!("| `{verb}` |")), "{verb}: README");
        let used = cases
            .iter()
            .flat_map(|case| case["steps"].as_array().unwrap());
        assert!(
            used.into_iter().any(|step| step["do"] == verb),
            "{verb} is in no case"
        );
    }
}

fn written_cases() -> Vec<Value> {
    let files = files::read(&folder().join("cases")).unwrap();
    let cases = files.into_iter().flat_map(|(path, _)| {
        let written: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        written["cases"].as_array().unwrap().clone()
    });
    cases.collect()
}

fn every_example_of_a_contract_is_a_case_or_has_a_reason() {
    let mut examples = BTreeMap::new();
    let vectors = folder().join("../../contracts/vectors/examples");
    for entry in fs::read_dir(vectors).unwrap() {
        let file: Value =
            serde_json::from_str(&fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        let count = file["examples"].as_array().unwrap().len();
        examples.insert(file["operation"].as_str().unwrap().to_owned(), count);
    }
    let mut accounted: BTreeMap<String, usize> = BTreeMap::new();
    for (_, file) in files::read(&folder().join("cases/generated")).unwrap() {
        for case in &file.cases {
            *accounted.entry(last_operation(case)).or_default() += 1;
        }
        for not_case in &file.not_cases {
            assert!(not_case.reason.len() > 10, "{not_case:?}");
            *accounted.entry(not_case.operation.clone()).or_default() += 1;
        }
    }
    assert!(!examples.is_empty());
    assert_eq!(accounted, examples);
}

/// Returns the operation that a generated case tests: earlier steps create its keys.
fn last_operation(case: &Case) -> String {
    match &case.steps.last().unwrap().verb {
        Verb::Raw { operation, .. } => operation.clone(),
        other => panic!("{}: {other:?}", case.id),
    }
}

fn every_known_failure_names_an_existing_case() {
    let cases = files::cases().unwrap();
    for entry in fs::read_dir(folder().join("known-failing")).unwrap() {
        let path = entry.unwrap().path();
        let list = fs::read_to_string(&path).unwrap();
        let is_case = |id: &str| cases.iter().any(|case| case.id == id);
        known_failing::parse(&list, is_case)
            .unwrap_or_else(|error| panic!("{}: {error:#}", path.display()));
    }
}

fn refusal(step: Value) -> String {
    let file = json!({ "cases": [{ "id": "a", "title": "b", "steps": [step] }] });
    let read = serde_json::from_value::<parsec_tests_conformance::model::File>(file);
    read.unwrap_err().to_string()
}

fn an_invalid_step_is_rejected_when_it_is_read() {
    assert!(refusal(json!({ "do": "sing", "key": "k", "message": "00" })).contains("sing"));
    let unknown = refusal(json!({ "do": "sign", "key": "k", "message": "00", "label": "00" }));
    assert!(unknown.contains("label"), "{unknown}");
    assert!(refusal(json!({ "do": "sign", "key": "k" })).contains("message"));
    let odd = refusal(json!({ "do": "sign", "key": "k", "message": "0" }));
    assert!(odd.contains("sign"), "{odd}");
    let nothing = refusal(json!({ "do": "delete", "key": "k", "save": "s" }));
    assert!(nothing.contains("has no result"), "{nothing}");
}

fn the_comparison_fails_if_a_language_omits_a_case() {
    let scratch = tempfile::tempdir().unwrap();
    let report = |language: &str, cases: Value| {
        let path = scratch.path().join(language);
        let text = json!({ "language": language, "results": { "1": cases } }).to_string();
        fs::write(&path, text).unwrap();
        path
    };
    let rust = report("rust", json!({ "a": "passed", "b": "passed" }));
    let node = report("node", json!({ "a": "passed" }));
    let run = |paths: &[&std::path::Path]| {
        let binary = env!("CARGO_BIN_EXE_parsec-conformance-compare");
        let output = Command::new(binary).args(paths).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        (output.status.success(), printed)
    };
    let (same, printed) = run(&[&rust, &rust]);
    assert!(same, "{printed}");
    let (same, printed) = run(&[&rust, &node]);
    assert!(
        !same && printed.contains("b on 1: rust: passed; node: not run"),
        "{printed}"
    );
    assert!(!run(&[]).0);
    assert!(!run(&[&scratch.path().join("missing")]).0);
}
