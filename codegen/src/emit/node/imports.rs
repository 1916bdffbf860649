//! The imports of the Node client's generated classes.

use std::collections::BTreeSet;

use super::names::{WIDTH, base_class, class_file};
use crate::model::{Handle, Language, Model};

/// The mark in the template that the imports replace.
const IMPORTS: &str = "// IMPORTS\n";

/// By module: the names that generated code uses of it. Types begin with `type `.
const ORIGINS: &[(&str, &[&str])] = &[
    (
        "../../arguments.js",
        &[
            "bytesList",
            "flag",
            "keyName",
            "numberList",
            "optional",
            "size",
            "structure",
            "text",
            "textList",
            "whole",
        ],
    ),
    ("../../bytes.js", &["bytes", "type Bytes", "type OwnBytes"]),
    (
        "../../call.js",
        &["CALL_OPTIONS", "checkOptions", "type CallOptions"],
    ),
    ("../../client-calls.js", &["type ClientCalls"]),
    ("../../csr.js", &["Csr"]),
    ("../../handle.js", &["Handle"]),
    ("../../key-entry.js", &["keyEntry", "type KeyEntry"]),
    ("../../keys/calls.js", &["type KeyCalls"]),
    ("../../keys/core.js", &["KeyCore", "nameOf"]),
    ("../../keys/public.js", &["optionalPublicKey", "publicKey"]),
    ("../../keys/roles.js", &["type AnyKey", "type KeyFor"]),
    ("../../names.js", &["fromContract"]),
    ("../../provider.js", &["providerNumber", "type Provider"]),
    (
        "../../public-key.js",
        &["publicMaterial", "type PublicKey", "type PublicKeyMaterial"],
    ),
    (
        "../../spec.js",
        &[
            "hashName",
            "nativeSpec",
            "type Algorithm",
            "type AttributeOptions",
            "type HashName",
            "type KeyOptions",
            "type NewKeyOptions",
        ],
    ),
    (
        "../../streams.js",
        &[
            "STREAM_OPTIONS",
            "isSource",
            "type Source",
            "type StreamOptions",
        ],
    ),
    ("../../verdict.js", &["holds"]),
];

/// Further modules that a module may import.
pub(super) struct Imports(Vec<(String, Vec<String>)>);

impl Imports {
    /// Other classes, functions by hand for data in pieces, and options that other modules declare.
    pub(super) fn of(model: &Model, handle: &Handle, options: &[(String, String)]) -> Self {
        let mut all = Vec::new();
        let sources = handle.methods.iter().filter(|method| {
            method.is_generated_in(Language::Node)
                && method.arguments.iter().any(|argument| argument.stream)
        });
        let sources: Vec<String> = sources
            .map(|method| format!("{}Source", method.name_in(Language::Node)))
            .collect();
        all.push((format!("../../sources/{}.js", handle.name.kebab()), sources));
        for other in &model.handles {
            if other.name == handle.name {
                continue;
            }
            let own = format!("./{}.js", other.name.kebab());
            let mut names = Vec::new();
            if handle.includes.contains(&other.name) {
                let parent = match other.role.is_some() {
                    true => base_class(other),
                    false => other.name.camel(),
                };
                names.push(parent);
            }
            let declared = options.iter().filter(|(_, file)| *file == own);
            names.extend(declared.map(|(name, _)| format!("type {name}")));
            all.push((own, names));
            if !handle.includes.contains(&other.name) {
                all.push((
                    class_file(other),
                    vec![format!("type {}", other.name.camel())],
                ));
            }
        }
        Self(all)
    }
}

/// The text with the imports of the names that it uses.
pub(super) fn with_imports(text: &str, besides: &Imports) -> String {
    let used = words(text);
    let known = ORIGINS.iter().map(|(module, names)| {
        let names = names.iter().map(|name| (*name).to_owned());
        ((*module).to_owned(), names.collect::<Vec<_>>())
    });
    let mut modules: Vec<(String, Vec<String>)> = known.chain(besides.0.iter().cloned()).collect();
    modules.sort();
    let mut lines: Vec<String> = modules
        .into_iter()
        .filter_map(|(module, names)| {
            import(&module, &names, |name| {
                match name.starts_with(char::is_lowercase) {
                    true => is_called(text, name),
                    false => used.contains(name),
                }
            })
        })
        .collect();
    if text.contains(" types.") || text.contains("<types.") {
        let local = lines.iter().position(|line| line.contains(" from './"));
        lines.insert(
            local.unwrap_or(lines.len()),
            "import type * as types from '../types.js'\n".to_owned(),
        );
    }
    let tidy: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    tidy.join("\n").replace(IMPORTS, &lines.concat()) + "\n"
}

/// Whether code calls the function or hands it on. Arguments and methods may have its name too.
fn is_called(code: &str, name: &str) -> bool {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with('*'));
    let mut places = lines.flat_map(|line| {
        line.match_indices(name)
            .map(move |(at, _)| (&line[..at], &line[at + name.len()..]))
    });
    places.any(|(before, after)| {
        let is_whole = !before.ends_with(|c: char| c.is_alphanumeric() || "_.".contains(c));
        let is_defined = before.trim_start().starts_with("async ") && before.ends_with("async ");
        let is_handed_on =
            before.ends_with("', ") && after.starts_with(')') || before.ends_with(".map(");
        is_whole && !is_defined && (after.starts_with('(') || is_handed_on)
    })
}

/// The import of those names that are used.
fn import(module: &str, names: &[String], is_used: impl Fn(&str) -> bool) -> Option<String> {
    let bare = |name: &str| name.trim_start_matches("type ").to_owned();
    let used: Vec<&String> = names.iter().filter(|name| is_used(&bare(name))).collect();
    let all_types = used.iter().all(|name| name.starts_with("type "));
    let listed: Vec<String> = match all_types {
        true => used.iter().map(|name| bare(name)).collect(),
        false => used.iter().map(|name| (*name).clone()).collect(),
    };
    let kind = if all_types { "import type" } else { "import" };
    let line = format!("{kind} {{ {} }} from '{module}'\n", listed.join(", "));
    match (listed.is_empty(), line.chars().count() > WIDTH + 1) {
        (true, _) => None,
        (false, false) => Some(line),
        (false, true) => {
            let names: String = listed.iter().map(|name| format!("  {name},\n")).collect();
            Some(format!("{kind} {{\n{names}}} from '{module}'\n"))
        }
    }
}

/// The words of code, for its imports.
fn words(code: &str) -> BTreeSet<&str> {
    let is_comment = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("//") || line.starts_with("/*") || line.starts_with('*')
    };
    code.lines()
        .filter(|line| !is_comment(line))
        .flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_')))
        .collect()
}
