//! Hostile names: operations, types and kinds with names that are keywords or builtins in a target
//! language are added to a copy of this repository, and the generated code must compile.
//!
//! The copy is built in the target folder of this build, with the same packages and features, so
//! that cargo does not compile dependencies again. The copy is kept, and only files that differ are
//! written, so that a second run compiles nothing.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The version of our crates.
const OURS: &str = env!("CARGO_PKG_VERSION");
/// The version of the copies. Both are built in one target folder, where cargo distinguishes crates
/// of different workspaces only by their versions.
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

/// Folders that tools create, which are not copied.
const MADE: &[&str] = &["node_modules", "__pycache__", "target", ".build"];
/// Extensions of built libraries.
const BUILT: &[&str] = &["node", "so"];

/// A test that depends on every crate with generated code, and contains the generated examples.
const TEST: &str = r#"//! All generated code.

#[path = "contracts/examples.rs"]
mod examples;

use {parsec_client as _, parsec_provider as _, parsec_service as _, parsec_uniffi as _};
"#;

/// The dependencies of [`TEST`] in addition to those of the tests of the contracts.
const TEST_DEPENDENCIES: &str = r#"[dev-dependencies]
parsec-client = { path = "../clients/rust" }
parsec-provider = { path = "../service/providers/api" }
parsec-service = { path = "../service" }
parsec-uniffi = { path = "../bindings/uniffi" }
"#;

/// The path in the copy at which the bindgen of uniffi and the tests of Kotlin and Swift expect the
/// binding.
const LIBRARY: &str = "libparsec_uniffi.rlib";

/// Files, by path relative to the root.
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

/// Edits a text file. Panics if the edit changes nothing.
fn edit(files: &mut Files, path: &str, change: impl FnOnce(&str) -> String) {
    let file = files
        .get_mut(Path::new(path))
        .unwrap_or_else(|| panic!("{path} does not exist"));
    let text = std::str::from_utf8(file).unwrap();
    let changed = change(text);
    assert_ne!(text, changed, "{path} is not what this test expects");
    *file = changed.into_bytes();
}

/// Returns the files of the copy.
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
    // Only a Rust library: a dynamic one has no version in its name, and would overwrite the
    // original.
    edit(&mut files, "bindings/uniffi/Cargo.toml", |text| {
        text.replace(r#"["cdylib", "staticlib", "lib"]"#, r#"["lib"]"#)
    });
    add_obstacles(&codegen.join("tests/obstacle"), &mut files);
    files
}

/// Adds the hostile contracts and the code generated from them.
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

/// Writes a file unless it has the same content, because cargo compares modification times.
fn write(path: &Path, text: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Writes the copy to a persistent folder and returns the path.
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

/// Returns a cargo command without the variables that cargo set for this test. Build scripts that
/// read them, such as that of ring, would run again.
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

/// Runs a command and returns its standard output. Panics if it fails.
fn succeed(command: &mut Command) -> String {
    let run = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&run.stdout);
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert!(
        run.status.success(),
        "{command:?} failed:\n{stdout}\n{stderr}"
    );
    stdout.into_owned()
}

/// Returns the path of the binding for Kotlin and Swift from the messages of cargo.
fn binding(messages: &str) -> PathBuf {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "parsec_uniffi")
        .find_map(|message| Some(message["filenames"][0].as_str()?.into()))
        .expect("cargo builds the binding")
}

#[test]
fn hostile_names_compile() {
    let tree = tree();
    let done = tree.with_extension("done");
    let _ = fs::remove_file(&done);
    // The same spelling as that of cargo: build scripts print paths of their files.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let messages = succeed(
        cargo()
            .current_dir(&tree)
            .args(["test", "--offline", "--workspace", "--all-features"])
            .args(["--test", "obstacle"])
            .args(["--message-format", "json-render-diagnostics"])
            .env("CARGO_TARGET_DIR", target),
    );
    assert!(messages.contains("1 passed"), "{messages}");
    // The tests of Kotlin and Swift generate their sources from it and compile them.
    write(&tree.join(LIBRARY), &fs::read(binding(&messages)).unwrap());
    succeed(
        Command::new("python3")
            .args(["-W", "error", "-B", "-c"])
            .arg("from _generated import errors, raw, types")
            .current_dir(tree.join("clients/python/parsec_client")),
    );
    // `cargo xtask` uses the copy only if it is complete.
    fs::write(done, "").unwrap();
}
