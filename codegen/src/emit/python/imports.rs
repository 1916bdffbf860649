//! The imports of generated Python: the names that a file uses and does not define, in isort's order.

use std::collections::BTreeSet;

use super::values::spec_constant;
use crate::emit::keywords;
use crate::model::Model;

/// Where names come from, in the order of their imports.
const ORIGINS: &[(&str, &[&str])] = &[
    ("collections.abc", &["Sequence"]),
    (
        "typing",
        &["Any", "Optional", "TypeVar", "Union", "cast", "overload"],
    ),
    ("..", &["_native"]),
    (".._bytes", &["Bytes", "plain"]),
    (
        ".._checks",
        &[
            "check_name",
            "flag",
            "hash_name",
            "instance",
            "key_name",
            "number",
            "numbers",
            "provider_number",
            "seconds",
            "sequence",
            "text",
            "texts",
        ],
    ),
    (".._enums", &["Hash", "Provider"]),
    (".._generated", &["types"]),
    (".._log", &["timed"]),
    (
        ".._public_key",
        &[
            "ForeignPublicKey",
            "PublicKey",
            "public_bytes",
            "public_key_of",
        ],
    ),
    (".._specs", &["KeySpec", "check_spec"]),
];

/// The import lines of a file, after which its code follows.
///
/// `bases` are the classes that it extends, by their modules; `siblings` the classes of handles.
pub(super) fn imports(
    model: &Model,
    code: &str,
    bases: &[(String, String)],
    siblings: &[(String, String)],
) -> Vec<String> {
    let code: String = code.split("\"\"\"").step_by(2).collect();
    let words: BTreeSet<&str> = code
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .collect();
    let is_used = |name: &str| match name {
        // A word of this spelling may also be a parameter.
        "types" => code.contains("types."),
        "number" | "numbers" | "sequence" => calls(&code, name),
        // Handles have an attribute of that name.
        "_native" => code.contains(" _native."),
        _ => words.contains(name) && !code.contains(&format!("class {name}(")),
    };
    let mut lines = vec![
        "from __future__ import annotations".to_owned(),
        String::new(),
    ];
    let mut is_standard = true;
    for (module, names) in ORIGINS {
        let mut used: Vec<String> = names
            .iter()
            .filter(|name| is_used(name))
            .map(|name| (*name).to_owned())
            .collect();
        if module.starts_with('.') && is_standard {
            is_standard = false;
            lines.push(String::new());
        }
        lines.extend(line(module, &mut used));
        if *module == ".._generated" {
            let mut kinds = constants(model);
            kinds.retain(|name| words.contains(name.as_str()));
            lines.extend(line(".._generated.kinds", &mut kinds));
        }
    }
    let mut local: Vec<(String, Vec<String>)> = Vec::new();
    let mut add = |module: &str, name: &str| {
        let module = format!(".{module}");
        match local.iter_mut().find(|(known, _)| *known == module) {
            Some((_, names)) if names.iter().any(|known| known == name) => {}
            Some((_, names)) => names.push(name.to_owned()),
            None => local.push((module, vec![name.to_owned()])),
        }
    };
    for (module, name) in bases.iter().chain(siblings) {
        if is_used(name) {
            add(module, name);
        }
    }
    for function in ["expect_role", "handle_of"] {
        if words.contains(function) {
            add("_base", function);
        }
    }
    if words.contains("Connected") {
        add("_connection", "Connected");
    }
    local.sort();
    for (module, names) in &mut local {
        lines.extend(line(module, names));
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.dedup();
    lines
}

/// Whether the code calls that function, not one whose name ends so.
fn calls(code: &str, function: &str) -> bool {
    let parts: Vec<&str> = code.split(&format!("{function}(")).collect();
    let before = parts.iter().rev().skip(1);
    before.into_iter().any(|part| part.ends_with([' ', '(']))
}

/// The import of names from a module, in isort's order.
pub(in crate::emit) fn line(module: &str, names: &mut [String]) -> Vec<String> {
    if names.is_empty() {
        return Vec::new();
    }
    names.sort_by_cached_key(|name| (rank(name), name.to_lowercase()));
    let one = format!("from {module} import {}", names.join(", "));
    if one.chars().count() <= 100 {
        return vec![one];
    }
    let mut lines = vec![format!("from {module} import (")];
    lines.extend(names.iter().map(|name| format!("    {name},")));
    lines.push(")".to_owned());
    lines
}

/// The place of a name among imports: constants, classes, others.
pub(in crate::emit) fn rank(name: &str) -> u8 {
    let shouty = name.chars().all(|c| !c.is_lowercase()) && name.len() > 1;
    match (shouty, name.starts_with(char::is_uppercase)) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    }
}

/// The constants of the kinds of keys.
fn constants(model: &Model) -> Vec<String> {
    let kinds = model.key_kinds.iter();
    kinds
        .map(|kind| keywords::python(&spec_constant(model, kind.name.as_written())))
        .collect()
}
