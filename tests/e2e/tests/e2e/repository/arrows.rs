//! Dependencies between the crates of this workspace follow the design.

use std::process::Command;

use serde_json::Value;

/// A crate and its permitted dependencies. A final `*` matches a family of names.
const ARROWS: &[(&str, &[&str])] = &[
    ("parsec-contracts", &[]),
    ("parsec-codegen", &[]),
    ("xtask", &[]),
    ("parsec-provider", &["parsec-contracts"]),
    ("parsec-psa", &["parsec-contracts", "parsec-provider"]),
    (
        "parsec-provider-*",
        &["parsec-contracts", "parsec-provider", "parsec-psa"],
    ),
    (
        "parsec-service",
        &["parsec-contracts", "parsec-provider", "parsec-provider-*"],
    ),
    ("parsec-client", &["parsec-contracts"]),
    ("parsec-cli", &["parsec-client"]),
    ("parsec-python", &["parsec-client"]),
    ("parsec-node", &["parsec-client"]),
    ("parsec-uniffi", &["parsec-client"]),
    ("parsec-harness", &["parsec-contracts"]),
    ("parsec-book", &[]),
    (
        "parsec-bench",
        &["parsec-contracts", "parsec-client", "parsec-harness"],
    ),
    ("parsec-tests-*", &["parsec-*"]),
];

/// Additional dependencies of any crate's tests.
const FOR_TESTS: &[&str] = &["parsec-harness", "parsec-contracts"];

#[derive(Debug, PartialEq, Eq)]
struct Arrow {
    from: String,
    to: String,
    dev: bool,
}

fn arrows() -> (Vec<String>, Vec<Arrow>) {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap();
    let names = packages
        .iter()
        .map(|package| text(&package["name"]))
        .collect();
    let arrows = packages
        .iter()
        .flat_map(|package| {
            let from = text(&package["name"]);
            let dependencies = package["dependencies"].as_array().unwrap();
            // Only our own crates have a path; published crates of the same name have a source.
            dependencies
                .iter()
                .filter(|dependency| dependency["path"].is_string())
                .map(move |dependency| Arrow {
                    from: from.clone(),
                    to: text(&dependency["name"]),
                    dev: dependency["kind"] == "dev",
                })
        })
        .collect();
    (names, arrows)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => name.starts_with(family),
        None => pattern == name,
    }
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    ARROWS
        .iter()
        .find(|(pattern, _)| matches(pattern, name))
        .map(|(_, allowed)| *allowed)
}

fn is_allowed(arrow: &Arrow) -> bool {
    let any = |patterns: &[&str]| patterns.iter().any(|pattern| matches(pattern, &arrow.to));
    allowed(&arrow.from).is_some_and(any) || (arrow.dev && any(FOR_TESTS))
}

#[test]
fn every_crate_is_in_the_table() {
    let (names, _) = arrows();
    let strays: Vec<_> = names
        .iter()
        .filter(|name| allowed(name).is_none())
        .collect();
    assert!(
        strays.is_empty(),
        "{strays:?}: list their permitted dependencies in tests/e2e/tests/e2e/repository/arrows.rs and in the design"
    );
}

#[test]
fn every_dependency_is_permitted() {
    let (_, arrows) = arrows();
    assert!(arrows.len() > 10, "cargo metadata lists our dependencies");
    let wrong: Vec<_> = arrows.iter().filter(|arrow| !is_allowed(arrow)).collect();
    assert!(wrong.is_empty(), "against the design: {wrong:#?}");
}

#[test]
fn the_table_matches_the_design() {
    let arrow = |from: &str, to: &str, dev| Arrow {
        from: from.into(),
        to: to.into(),
        dev,
    };
    for (from, to, dev) in [
        ("parsec-service", "parsec-client", false),
        ("parsec-client", "parsec-service", true),
        ("parsec-contracts", "parsec-codegen", true),
        ("parsec-provider-software", "parsec-provider-tpm", false),
        ("parsec-psa", "parsec-provider-software", false),
        ("parsec-cli", "parsec-harness", false),
        ("parsec-python", "parsec-contracts", false),
    ] {
        assert!(!is_allowed(&arrow(from, to, dev)), "{from} -> {to}");
    }
    assert!(is_allowed(&arrow("parsec-cli", "parsec-harness", true)));
}
