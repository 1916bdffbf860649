//! The operators' guide lists every key of the configuration, and no other: the test compares its
//! tables with the types that parse the configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use parsec_harness::root;
use parsec_tests_book::markdown::{pages, tables};

type Keys = BTreeSet<String>;

/// Returns the keys of each section in the operators' pages. A table whose first column is
/// `setting` contains section rows; other tables name their section in the header.
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
                        // The members of an exception are listed beside it.
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

/// Returns the name within ``in `[[name]]` ``.
fn section(text: &str) -> String {
    let name = codes(&format!("{text}`")).next().unwrap_or_default();
    name.trim_matches(['[', ']']).to_owned()
}

/// Returns the texts between code marks. The outer marks of cells are already removed.
fn codes(text: &str) -> impl Iterator<Item = String> {
    let words = text.split('`').skip(1).step_by(2);
    words.map(str::to_owned)
}

/// Returns the types that reject unknown keys, with their fields and the fields' types.
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
            let after = part.split_once("struct ").expect("it precedes a struct").1;
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

/// Returns a type without its wrappers for optional, repeated or located values.
fn inner(type_name: &str) -> &str {
    match type_name.split_once('<') {
        Some((_, rest)) => inner(rest.trim_end_matches('>')),
        None => type_name,
    }
}

/// Returns the keys of a type and of its nested tables.
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

/// The keys that all providers have, those of the registrations, and those that are left out.
fn keys_of_providers() -> Keys {
    let mut keys = Keys::new();
    let mut lists = 0;
    let mut add = |text: &str, start: &str| {
        for list in text.split(start).skip(1) {
            let words = list.split(']').next().unwrap().split('"');
            keys.extend(words.skip(1).step_by(2).map(str::to_owned));
            lists += 1;
        }
    };
    let service = root().join("service");
    let text = fs::read_to_string(service.join("src/config/provider.rs")).unwrap();
    for name in ["PROVIDER_TYPE", "NAME", "KEY_INFO_MANAGER"] {
        let line = format!("const {name}: &str = ");
        let value = text.split(&line).nth(1).expect(name);
        add(&format!("[{}]", value.split(';').next().unwrap()), "[");
    }
    add(&text, "const NOT_SERVED: &[&str] = &[");
    for provider in fs::read_dir(service.join("providers")).unwrap() {
        let file = provider.unwrap().path().join("src/registration.rs");
        if let Ok(text) = fs::read_to_string(file) {
            add(&text, "    keys: &[");
        }
    }
    assert_eq!(lists, 3 + 1 + 3, "the lists of keys are found");
    keys
}

#[test]
fn the_operators_guide_lists_exactly_the_configuration_keys() {
    let types = in_the_service();
    let file = types.get("ConfigFile").expect("the type of the file");
    let mut expected: BTreeMap<String, Keys> = BTreeMap::new();
    for (section, type_name) in file {
        let keys = match inner(type_name) {
            "RawProvider" => keys_of_providers(),
            name => keys_of(name, &types),
        };
        assert!(!keys.is_empty(), "{section}: {type_name} is not known");
        expected.insert(section.clone(), keys);
    }
    assert!(expected.len() > 4, "{expected:?}");
    assert_eq!(on_the_pages(), expected);
}
