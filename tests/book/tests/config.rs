#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The operators' guide lists every key of the configuration, and no other: its table is compared
//! with the types that the service reads the file with.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use parsec_tests_book::markdown::{root, tables};

type Keys = BTreeSet<String>;

/// The keys of each section, as the page has them.
fn on_the_page() -> BTreeMap<String, Keys> {
    let page = fs::read_to_string(root().join("book/src/operating.md")).unwrap();
    let tables = tables(&page);
    let table = tables.iter().find(|table| table[0][0] == "setting");
    let mut sections: BTreeMap<String, Keys> = BTreeMap::new();
    let mut current = String::new();
    for row in &table.expect("the table of settings")[1..] {
        match row[0].strip_prefix("**`") {
            Some(section) => {
                let name = section.split('`').next().unwrap();
                current = name.trim_matches(['[', ']']).to_owned();
                sections.entry(current.clone()).or_default();
            }
            None => {
                // Cells lose their outer signs of code; within, the words that stand in code count.
                let cell = format!("`{}`", row[0]);
                let words = cell.split('`').skip(1).step_by(2);
                let keys = sections.get_mut(&current).expect("a section comes first");
                keys.extend(words.map(str::to_owned));
            }
        }
    }
    sections
}

/// Types that refuse unknown keys, with their fields and those fields' types.
fn in_the_service() -> BTreeMap<String, Vec<(String, String)>> {
    let mut types = BTreeMap::new();
    for entry in fs::read_dir(root().join("service/src/config")).unwrap() {
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

#[test]
fn the_operators_guide_lists_every_key_and_no_other() {
    let types = in_the_service();
    let file = types.get("File").expect("the type of the file");
    let mut expected: BTreeMap<String, Keys> = BTreeMap::new();
    for (section, type_name) in file {
        let fields = types.get(inner(type_name));
        let fields = fields.unwrap_or_else(|| panic!("{section}: {type_name} is not known"));
        let names = fields.iter().map(|(name, _)| name.clone());
        expected.insert(section.clone(), names.collect());
    }
    assert!(expected.len() > 4, "{expected:?}");
    assert_eq!(on_the_page(), expected);
}
