//! The imports of generated Rust.

use std::collections::{BTreeMap, BTreeSet};

/// The modules of the names that generated code uses.
const ORIGINS: &[(&str, &[&str])] = &[
    ("std", &["fmt"]),
    ("std::time", &["Duration"]),
    (
        "parsec_contracts",
        &[
            "Opcode",
            "ProviderId",
            "Secret",
            "Zeroizing",
            "operations",
            "types",
        ],
    ),
    ("parsec_contracts::types", &["Hash", "KeyAttributes"]),
    (
        "crate::client_core",
        &["Core", "KeyCore", "Options", "Role", "StreamCore"],
    ),
    (
        "crate::transport",
        &["BlockingTransport", "TokioTransport", "Transport", "now"],
    ),
    ("crate::auth", &["Authentication"]),
    ("crate::endpoint", &["Endpoint"]),
    ("crate::error", &["Result"]),
    ("crate::private_key", &["PrivateKey"]),
    ("crate::public_key", &["PublicKey"]),
    ("crate::signature", &["Signature"]),
    ("crate::spec", &["KeySpec"]),
];

/// The placeholder in a template that the imports replace.
const IMPORTS: &str = "// IMPORTS\n";

/// Adds the imports of the names that the text uses and does not define.
pub(super) fn with_imports(text: &str, blocking: bool, siblings: &[String]) -> String {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let words: BTreeSet<&str> = code
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .collect();
    let is_defined = |name: &str| {
        ["struct", "enum"]
            .iter()
            .any(|kind| code.contains(&format!("pub {kind} {name}")))
    };
    let mut imports: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, names) in ORIGINS {
        for name in names.iter().filter(|name| words.contains(**name)) {
            let is_module = name.starts_with(char::is_lowercase) && *name != "now";
            if is_module && !code.contains(&format!("{name}::")) {
                continue;
            }
            imports.entry((*path).to_owned()).or_default().push(name);
        }
    }
    if words.contains("Raw") {
        let path = if blocking {
            "crate::blocking::raw"
        } else {
            "crate::raw"
        };
        imports.entry(path.to_owned()).or_default().push("Raw");
    }
    for name in siblings {
        if words.contains(name.as_str()) && !is_defined(name) {
            imports.entry("super".to_owned()).or_default().push(name);
        }
    }
    let group = |of: &str| {
        let found = imports
            .iter()
            .filter(|(path, _)| path.split("::").next() == Some(of));
        let lines = found.map(|(path, names)| match names.as_slice() {
            [name] => format!("use {path}::{name};\n"),
            names => format!("use {path}::{{{}}};\n", names.join(", ")),
        });
        lines.collect::<String>()
    };
    let mut own = group("super") + &group("crate");
    if words.contains("Csr") {
        own += "#[cfg(feature = \"csr\")]\nuse crate::csr::Csr;\n";
    }
    let groups = [group("std"), group("parsec_contracts"), own];
    let lines: Vec<String> = groups
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect();
    let lines = [lines.join("\n")];
    text.replace(IMPORTS, &lines.concat())
}
