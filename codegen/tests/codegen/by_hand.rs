//! The files that the contracts name for classes and methods by hand exist and contain them.

use std::fs;
use std::path::Path;

use heck::{ToLowerCamelCase as _, ToSnakeCase as _, ToUpperCamelCase as _};
use toml::{Table, Value};

/// The language's own name of a handle or a method, without the labels that Swift writes after it.
fn own_name(language: &str, contract: &Table) -> Option<String> {
    let names = contract.get("names").and_then(Value::as_table);
    let own = names?.get(language)?.as_str()?;
    own.split('(').next().map(str::to_owned)
}

/// The name of a method in a language.
fn method_name(language: &str, method: &str, contract: &Table) -> String {
    if let Some(own) = own_name(language, contract) {
        return own;
    }
    match language {
        "node" | "kotlin" | "swift" => method.to_lower_camel_case(),
        _ => method.to_snake_case(),
    }
}

/// Whether the text contains the name as a whole word.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part)
    })
}

/// Returns the errors of the files in a table `by-hand`.
fn wrong_files(contract: &Table, name: impl Fn(&str) -> String) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = contract.get("by-hand").and_then(Value::as_table);
    let mut wrong = Vec::new();
    for (language, file) in files.into_iter().flatten() {
        let file = file.as_str().unwrap();
        let name = name(language);
        match fs::read_to_string(root.join(file)) {
            Err(error) => wrong.push(format!("by-hand.{language}: {file}: {error}")),
            // Subcommands and their options have different names.
            Ok(_) if language == "cli" => {}
            Ok(text) if !has_word(&text, &name) => {
                wrong.push(format!("by-hand.{language}: {file} has no `{name}`"));
            }
            Ok(_) => {}
        }
    }
    wrong
}

#[test]
fn by_hand_tables_name_files_with_the_method() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/handles");
    let mut wrong = Vec::new();
    let mut checked = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let handle: Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let class = |language: &str| {
            own_name(language, &handle).unwrap_or_else(|| name.to_upper_camel_case())
        };
        let of_handle = wrong_files(&handle, class);
        wrong.extend(of_handle.into_iter().map(|why| format!("{name}: {why}")));
        for (method, contract) in handle["method"].as_table().unwrap() {
            let contract = contract.as_table().unwrap();
            checked += usize::from(contract.contains_key("by-hand"));
            let of_method =
                wrong_files(contract, |language| method_name(language, method, contract));
            wrong.extend(
                of_method
                    .into_iter()
                    .map(|why| format!("{name}.{method}: {why}")),
            );
        }
    }
    assert!(checked > 5, "only {checked} methods are by hand");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
