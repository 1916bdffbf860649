//! Every language tests the same methods of the handles: those with an example that can run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use heck::{ToLowerCamelCase as _, ToSnakeCase as _};
use toml::{Table, Value};

/// A handle and a method, by their names in the contracts.
type Method = (String, String);

/// The generated tests of a language.
struct Tests {
    language: &'static str,
    folder: &'static str,
    /// Returns the class and the method of each test in a file, as the language writes them.
    read: fn(stem: &str, text: &str) -> Vec<(String, String)>,
}

const LANGUAGES: &[Tests] = &[
    Tests {
        language: "rust",
        folder: "clients/rust/src/generated/handles",
        read: doc_tests,
    },
    Tests {
        language: "rust",
        folder: "clients/rust/src/generated/blocking",
        read: doc_tests,
    },
    Tests {
        language: "python",
        folder: "clients/python/tests/generated",
        read: python,
    },
    Tests {
        language: "node",
        folder: "clients/node/test/generated",
        read: node,
    },
    Tests {
        language: "kotlin",
        folder: "clients/kotlin/src/test/kotlin/org/parsec/client/generated",
        read: |stem, text| functions(stem.trim_end_matches("ExamplesTest"), text, "fun "),
    },
    Tests {
        language: "swift",
        folder: "clients/swift/Tests/ParsecTests/Generated/Handles",
        read: |stem, text| functions(stem.trim_end_matches("Examples"), text, "func "),
    },
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The name that a line declares after a keyword.
fn declared<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    line.trim_start().strip_prefix(keyword)?.split('(').next()
}

fn functions(class: &str, text: &str, keyword: &str) -> Vec<(String, String)> {
    let names = text.lines().filter_map(|line| declared(line, keyword));
    names
        .map(|name| (class.to_owned(), name.to_owned()))
        .collect()
}

/// The methods whose documentation has an example.
fn doc_tests(stem: &str, text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut has_example = false;
    for line in text.lines().map(str::trim_start) {
        has_example |= line == "/// ```";
        let Some(item) = line.strip_prefix("pub ") else {
            continue;
        };
        let name = declared(item.trim_start_matches("async "), "fn ");
        if let Some(name) = name.filter(|_| has_example) {
            let name = name.split('<').next().unwrap_or(name);
            found.push((stem.to_owned(), name.to_owned()));
        }
        has_example = false;
    }
    found
}

fn node(_: &str, text: &str) -> Vec<(String, String)> {
    let titles = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("title: '"));
    titles
        .filter_map(|title| title.trim_end_matches("',").split_once('.'))
        .map(|(class, method)| (class.to_owned(), method.to_owned()))
        .collect()
}

fn python(_: &str, text: &str) -> Vec<(String, String)> {
    let names = text.lines().filter_map(|line| {
        let line = line.trim_start_matches("async ");
        declared(line, "def test_")
    });
    // The handle and the method in one: the comparison separates them.
    names.map(|name| (String::new(), name.to_owned())).collect()
}

/// A handle's name in a language, or a method's, in snake case.
fn own_name(language: &str, name: &str, contract: &Table) -> String {
    let names = contract.get("names").and_then(Value::as_table);
    let own = names
        .and_then(|names| names.get(language))
        .and_then(Value::as_str);
    let own = own.and_then(|own| own.split('(').next());
    own.map_or_else(|| name.to_owned(), |own| own.to_snake_case())
}

/// The methods of the contracts whose examples can run, and those that a language lacks.
fn contracted() -> Vec<(Method, Table, Table)> {
    let mut methods = Vec::new();
    for entry in fs::read_dir(root().join("contracts/handles")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let handle: Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for (method, contract) in handle["method"].as_table().unwrap() {
            let contract = contract.as_table().unwrap().clone();
            let example = contract.get("example").and_then(Value::as_table);
            if example.is_some_and(|example| !example.contains_key("not-run")) {
                methods.push(((name.clone(), method.clone()), handle.clone(), contract));
            }
        }
    }
    methods
}

#[test]
fn every_language_tests_the_same_methods_of_the_handles() {
    let contracted = contracted();
    assert!(contracted.len() > 40, "{}", contracted.len());
    let mut wrong = Vec::new();
    for tests in LANGUAGES {
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(root().join(tests.folder)).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            for (class, method) in (tests.read)(&stem, &text) {
                found.insert((class.to_snake_case(), method.to_snake_case()));
            }
        }
        for ((handle, method), of_handle, contract) in &contracted {
            let without = contract.get("without").and_then(Value::as_table);
            if without.is_some_and(|without| without.contains_key(tests.language)) {
                continue;
            }
            let own = own_name(tests.language, method, contract);
            let classes = [handle.clone(), own_name(tests.language, handle, of_handle)];
            let is_tested = classes.iter().any(|class| {
                [method, &own].iter().any(|method| {
                    // Camel case is the same for names that differ by where words end.
                    let name = |text: &str| text.to_lower_camel_case();
                    found.iter().any(|(of, test)| {
                        let both = format!("{class}_{method}");
                        name(of) == name(class) && name(test) == name(method)
                            || of.is_empty() && name(test) == name(&both)
                    })
                })
            });
            if !is_tested {
                wrong.push(format!(
                    "{}: no test of {handle}.{method} in {}",
                    tests.language, tests.folder
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
