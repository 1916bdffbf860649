//! `unsafe` occurs only in the bindings and in one shim module per provider.

use super::sources::sources;

fn may_be_unsafe(path: &str) -> bool {
    path.starts_with("bindings/")
        || (path.starts_with("service/providers/") && path.ends_with("/shim.rs"))
}

/// Returns whether the keyword occurs in code, outside comments and literals.
fn has_unsafe(text: &str) -> bool {
    code(text)
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word == "unsafe")
}

/// Returns the text with blanked comments and string literals.
fn code(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if first == '"' {
            string(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        out.push(' ');
        rest = &rest[length..];
    }
    out
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = 1 + hashes + 1;
    Some(start + text[start..].find(&end)? + end.len())
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[test]
fn unsafe_code_is_only_in_permitted_files() {
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|(path, text)| has_unsafe(text) && !may_be_unsafe(path))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "`unsafe` in {wrong:?}");
}

#[test]
fn every_other_crate_forbids_it() {
    let sources = sources();
    let wrong: Vec<_> = sources
        .iter()
        .filter(|(path, _)| path.ends_with("src/lib.rs") || path.ends_with("src/main.rs"))
        .filter(|(path, _)| !path.starts_with("bindings/"))
        .filter(|(path, text)| {
            // Crates can be nested: only the sources of this one count.
            let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let shims = sources
                .iter()
                .filter(|(path, _)| path.starts_with(own) && may_be_unsafe(path))
                .count();
            let says = |attribute| code(text).contains(attribute);
            match shims {
                0 => !says("#![forbid(unsafe_code)]"),
                // The shim permits it for itself.
                1 => !says("#![deny(unsafe_code)]"),
                _ => true,
            }
        })
        .map(|(path, _)| path)
        .collect();
    assert!(
        wrong.is_empty(),
        "neither #![forbid(unsafe_code)], nor #![deny(unsafe_code)] and one shim: {wrong:?}"
    );
}

#[test]
fn the_search_finds_only_the_keyword() {
    assert!(has_unsafe("fn f() { unsafe { g() } }"));
    assert!(has_unsafe("let s = \"\\\"\"; unsafe fn g() {}"));
    assert!(has_unsafe("let c = '\"'; unsafe fn g() {}"));
    assert!(has_unsafe("/* a /* b */ */ unsafe impl Send for S {}"));
    assert!(!has_unsafe("#![forbid(unsafe_code)] // unsafe"));
    assert!(!has_unsafe("let s = \"unsafe\"; /* unsafe */"));
    assert!(!has_unsafe("let s = r#\"an \"unsafe\" word\"#;"));
}
