//! Generated source files are short, so that they can be read.

use std::path::Path;

/// The maximum number of lines of a generated source file.
const MAX_LINES: usize = 500;

/// The extensions of sources, and of data that is reviewed like sources.
const SOURCES: [&str; 7] = ["rs", "py", "ts", "kt", "swift", "proto", "json"];

/// Files, and folders of files, that may be longer, and the reason why they cannot be split by
/// meaning.
const LONGER: [(&str, &str); 8] = [
    (
        "clients/python/parsec_client/_sync/_client.py",
        "one handle, which is one type",
    ),
    (
        "clients/python/parsec_client/aio/_client.py",
        "one handle, which is one type",
    ),
    (
        "clients/node/src/generated/raw.ts",
        "one class, with a method for each operation",
    ),
    (
        "clients/rust/src/generated/blocking/",
        "one handle, which is one type",
    ),
    (
        "clients/rust/src/generated/handles/",
        "one handle, which is one type",
    ),
    (
        "contracts/schema/handle.json",
        "one schema: that of a form of contracts",
    ),
    (
        "contracts/src/generated/wire/types/algorithms.rs",
        "prost writes one file for each protobuf package",
    ),
    (
        "service/providers/api/src/generated/operations.rs",
        "one trait, which a provider implements as a whole",
    ),
];

#[test]
fn generated_files_are_at_most_500_lines_long() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = parsec_codegen::generate(&root).unwrap();
    let is_source = |path: &str| {
        path.rsplit_once('.')
            .is_some_and(|(_, ending)| SOURCES.contains(&ending))
    };
    let too_long: Vec<(&str, usize)> = output
        .iter()
        .filter(|(path, _)| is_source(path))
        .map(|(path, text)| (path.as_str(), text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .collect();
    let unexpected: Vec<_> = too_long
        .iter()
        .filter(|(path, _)| LONGER.iter().all(|(longer, _)| !path.starts_with(longer)))
        .collect();
    assert!(
        unexpected.is_empty(),
        "split these by area, by module or by type: {unexpected:#?}"
    );
    for (path, reason) in LONGER {
        assert!(
            too_long.iter().any(|(long, _)| long.starts_with(path)),
            "{path} has at most {MAX_LINES} lines now; remove it from this list ({reason})"
        );
    }
}
