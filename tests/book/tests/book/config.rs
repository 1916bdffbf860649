//! The operators' guide lists every key of the configuration, and no other: its tables are compared
//! with the types that the service reads the file with.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use parsec_harness::root;
use parsec_tests_book::markdown::{pages, tables};

type Keys = BTreeSet<String>;

/// The keys of each section, as the operators' pages have them. A table whose first column is
/// called `setting` has sections of its own; others say which one they are about.
fn on_the_pages() -> BTreeMap<String, Keys> {
    let mut sections: BTreeMap<String, Keys> = BTreeMap::new();
    for page in pages() {
        let page = fs::read_to_string(page).unwrap();
        for table in tables(&page) {
            let Some(about) = table[0][0].strip_prefix("setting") else {
                continue;
            };
            let mut current = section(about);
            for row in &table[1..] {
                match row[0].strip_prefix("**") {
                    Some(name) => current = section(name),
                    None => {
                        let keys = sections.entry(current.clone()).or_default();
                        keys.extend(codes(&format!("`{}`", row[0])));
                        // What an exception consists of stands beside it.
                        if row[0] == "exception" || row[0] == "identities" {
                            keys.extend(codes(&row[1]));
                        }
                    }
                }
            }
        }
    }
    sections
}

/// The name within ``in `[[name]]` ``.
fn section(text: &str) -> String {
    let name = codes(&format!("{text}`")).next().unwrap_or_default();
    name.trim_matches(['[', ']']).to_owned()
}

/// What stands between signs of code. Cells have lost their outer ones.
fn codes(text: &str) -> impl Iterator<Item = String> {
    let words = text.split('`').skip(1).step_by(2);
    words.map(str::to_owned)
}

/// Types that refuse unknown keys, with their fields and those fields' types.
fn in_the_service() -> BTreeMap<String, Vec<(String, String)>> {
    let mut types = BTreeMap::new();
    let config = root().join("service/src/config");
    let folders = [config.clone(), config.join("authenticator")];
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    for entry in files {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for part in text.split("deny_unknown_fields").skip(1) {
            let after = part
                .split_once("struct ")
                .expect("it stands before a struct")
                .1;
            let (name, body) = after.split_once(" {\n").unwrap();
            let body = body.split("\n}").next().unwrap();
            types.insert(name.to_owned(), body.lines().filter_map(field).collect());
        }
    }
    types
}

fn field(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    if line.starts_with("//") || line.starts_with('#') {
        return None;
    }
    let (left, right) = line.split_once(": ")?;
    let name = left.rsplit(' ').next()?;
    Some((name.to_owned(), right.trim_end_matches(',').to_owned()))
}

/// A type without what says that it may be missing, repeated or located.
fn inner(type_name: &str) -> &str {
    match type_name.split_once('<') {
        Some((_, rest)) => inner(rest.trim_end_matches('>')),
        None => type_name,
    }
}

/// The keys of a type and of the tables within it.
fn keys_of(name: &str, types: &BTreeMap<String, Vec<(String, String)>>) -> Keys {
    let name = if name == "OneOrMany" {
        "RawAuthenticator"
    } else {
        name
    };
    let fields = types.get(name).into_iter().flatten();
    fields
        .flat_map(|(key, type_name)| {
            let mut keys = keys_of(inner(type_name), types);
            keys.insert(key.clone());
            keys
        })
        .collect()
}

#[test]
fn the_operators_guide_lists_every_key_and_no_other() {
    let types = in_the_service();
    let file = types.get("File").expect("the type of the file");
    let mut expected: BTreeMap<String, Keys> = BTreeMap::new();
    for (section, type_name) in file {
        let keys = keys_of(inner(type_name), &types);
        assert!(!keys.is_empty(), "{section}: {type_name} is not known");
        expected.insert(section.clone(), keys);
    }
    assert!(expected.len() > 4, "{expected:?}");
    assert_eq!(on_the_pages(), expected);
}
