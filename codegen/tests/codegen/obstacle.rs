//! Hostile names: a copy of this repository gets operations, types and kinds that are keywords or
//! builtins somewhere, and what is generated from them has to compile.
//!
//! The copy is built in the target folder of this very build, with the same packages selected and
//! the same features, so that cargo compiles no dependency again. The copy stays, and only files
//! that differ are written, so that a second run compiles nothing.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The version of our crates.
const OURS: &str = env!("CARGO_PKG_VERSION");
/// The version of the copies. Both are built in one target folder, and cargo tells crates of
/// different workspaces apart by nothing else.
const COPY: &str = "0.0.0-obstacle";

/// The folders of the workspace's members.
const COPIED: &[&str] = &[
    "bindings",
    "book/builder",
    "contracts",
    "codegen",
    "service",
    "clients",
    "tests",
    "xtask",
];

/// Folders that tools make, which are no part of the tree.
const MADE: &[&str] = &["node_modules", "__pycache__", "target", ".build"];
/// Endings of built libraries.
const BUILT: &[&str] = &["node", "so"];

/// One test that depends on every crate with generated code, the examples in it.
const TEST: &str = r#"//! Everything that is generated.

#[path = "contracts/examples.rs"]
mod examples;

use {parsec_client as _, parsec_provider as _, parsec_service as _, parsec_uniffi as _};
"#;

/// What [`TEST`] needs besides what the tests of the contracts need.
const TEST_DEPENDENCIES: &str = r#"[dev-dependencies]
parsec-client = { path = "../clients/rust" }
parsec-provider = { path = "../service/providers/api" }
parsec-service = { path = "../service" }
parsec-uniffi = { path = "../bindings/uniffi" }
"#;

/// Where uniffi's bindgen and the tests of Kotlin and Swift find the binding, within the copy.
const LIBRARY: &str = "libparsec_uniffi.rlib";

/// Files by their paths from the root.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn collect(root: &Path, folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        if !entry.file_type().unwrap().is_dir() {
            if !BUILT
                .iter()
                .any(|built| path.extension() == Some(built.as_ref()))
            {
                files.insert(path, fs::read(entry.path()).unwrap());
            }
        } else if !MADE.iter().any(|made| entry.file_name() == *made) {
            collect(root, &path, files);
        }
    }
}

/// Changes a text file, and fails if that changes nothing.
fn edit(files: &mut Files, path: &str, change: impl FnOnce(&str) -> String) {
    let file = files
        .get_mut(Path::new(path))
        .unwrap_or_else(|| panic!("there is no {path}"));
    let text = std::str::from_utf8(file).unwrap();
    let changed = change(text);
    assert_ne!(text, changed, "{path} is not what this test expects");
    *file = changed.into_bytes();
}

/// The repository as the copy has it.
fn files() -> Files {
    let codegen = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = codegen.parent().unwrap();
    let mut files = Files::new();
    for folder in COPIED {
        collect(root, Path::new(folder), &mut files);
    }
    let version = |number: &str| format!("version = \"{number}\"");
    for file in ["Cargo.toml", "Cargo.lock"] {
        files.insert(file.into(), fs::read(root.join(file)).unwrap());
        edit(&mut files, file, |text| {
            text.replace(&version(OURS), &version(COPY))
        });
    }
    // The test is in the crate of the contracts, whose examples read files of that crate.
    files.insert("contracts/tests/obstacle.rs".into(), TEST.into());
    edit(&mut files, "contracts/Cargo.toml", |text| {
        text.replacen("[dev-dependencies]\n", TEST_DEPENDENCIES, 1)
    });
    // As a library of Rust alone: a dynamic one has no version in its name, and would lie where the
    // real one does.
    edit(&mut files, "bindings/uniffi/Cargo.toml", |text| {
        text.replace(r#"["cdylib", "staticlib", "lib"]"#, r#"["lib"]"#)
    });
    add_obstacles(&codegen.join("tests/obstacle"), &mut files);
    files
}

/// Adds the hostile contracts and what is generated from them.
fn add_obstacles(obstacle: &Path, files: &mut Files) {
    for file in ["statuses.toml", "key_kinds.toml"] {
        let more = fs::read_to_string(obstacle.join(file)).unwrap();
        edit(files, &format!("contracts/{file}"), |text| {
            text.to_owned() + &more
        });
    }
    let mut more = Files::new();
    collect(obstacle, Path::new("types"), &mut more);
    collect(obstacle, Path::new("operations"), &mut more);
    let more = more.into_iter();
    files.extend(more.map(|(path, text)| (Path::new("contracts").join(path), text)));

    let contracts = tempfile::tempdir().unwrap();
    for (path, text) in files
        .iter()
        .filter(|(path, _)| path.starts_with("contracts"))
    {
        write(&contracts.path().join(path), text);
    }
    let output =
        parsec_codegen::generate(contracts.path()).unwrap_or_else(|problems| panic!("{problems}"));
    for (path, text) in output {
        files.insert(path.into(), text.into_bytes());
    }
}

/// Writes a file unless it is the same already: cargo looks at the time of its last change.
fn write(path: &Path, text: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The copy, at a place that stays.
fn tree() -> PathBuf {
    let tree = Path::new(env!("CARGO_TARGET_TMPDIR")).join("obstacle");
    fs::create_dir_all(&tree).unwrap();
    let files = files();
    let mut old = Files::new();
    collect(&tree, Path::new(""), &mut old);
    for path in old.keys() {
        if !files.contains_key(path) && path != Path::new(LIBRARY) {
            fs::remove_file(tree.join(path)).unwrap();
        }
    }
    for (path, text) in &files {
        write(&tree.join(path), text);
    }
    tree
}

/// Cargo, without the variables that were set for this test: build scripts that read them, such as
/// ring's, would run again.
fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in env::vars_os() {
        let of_this_test = name.to_str().is_some_and(|name| {
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        });
        if of_this_test || name == "RUSTC_BOOTSTRAP" {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end and returns its standard output.
fn succeed(command: &mut Command) -> String {
    let run = command.output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    assert!(
        run.status.success(),
        "{command:?} failed:\n{said}\n{complained}"
    );
    said.into_owned()
}

/// The binding for Kotlin and Swift among what cargo says that it built.
fn binding(said: &str) -> PathBuf {
    said.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "parsec_uniffi")
        .find_map(|message| Some(message["filenames"][0].as_str()?.into()))
        .expect("cargo builds the binding")
}

#[test]
fn hostile_names_compile() {
    let tree = tree();
    // Spelt as cargo spells it: build scripts say where they have put files.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let said = succeed(
        cargo()
            .current_dir(&tree)
            .args(["test", "--offline", "--workspace", "--all-features"])
            .args(["--test", "obstacle"])
            .args(["--message-format", "json-render-diagnostics"])
            .env("CARGO_TARGET_DIR", target),
    );
    assert!(said.contains("1 passed"), "{said}");
    // Their sides are written from it, and compiled with their tests.
    write(&tree.join(LIBRARY), &fs::read(binding(&said)).unwrap());
    succeed(
        Command::new("python3")
            .args(["-W", "error", "-B", "-c"])
            .arg("from _generated import errors, raw, types")
            .current_dir(tree.join("clients/python/parsec")),
    );
}
