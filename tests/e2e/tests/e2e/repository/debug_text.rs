//! Messages contain no debug text of Rust: values have a name for people.

use super::sources::sources;

/// The crates whose messages users see.
const SEEN: [&str; 4] = ["service/", "contracts/src/", "clients/", "bindings/"];
/// Paths without messages: tests, and the test suite of the providers.
const TESTS: [&str; 3] = ["/tests/", "/tests.rs", "/suite/"];

fn is_seen(path: &str) -> bool {
    SEEN.iter().any(|folder| path.starts_with(folder))
        && !TESTS.iter().any(|part| path.contains(part))
}

/// Returns the lines with a format for debugging, without those of comments and of the tests.
fn debugging(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
    code.lines()
        .filter(|line| line.contains(":?}") || line.contains(":#?}"))
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect()
}

#[test]
fn no_message_contains_debug_text() {
    let mut found = Vec::new();
    for (path, text) in sources() {
        if is_seen(&path) {
            found.extend(
                debugging(&text)
                    .iter()
                    .map(|line| format!("{path}: {line}")),
            );
        }
    }
    assert!(
        found.is_empty(),
        "use a name, `Display`, or `parsec_contracts::quoted`: {found:#?}"
    );
}

#[test]
fn debug_formats_are_found_outside_tests_only() {
    let text = "let a = format!(\"{name:?}\");\n// {b:?}\n#[cfg(test)]\nmod tests { \"{c:?}\" }";
    assert_eq!(debugging(text), ["let a = format!(\"{name:?}\");"]);
}
