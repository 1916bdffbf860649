//! Hostile names: a copy of this repository gets operations, types and kinds that are keywords or
//! builtins somewhere, and what is generated from them has to compile.
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of our crates.
const OURS: &str = env!("CARGO_PKG_VERSION");
/// The version of the copies. Both are built in one target folder, for the sake of the dependencies,
/// and Cargo tells crates of different workspaces apart by nothing else.
const COPY: &str = "0.0.0-obstacle";

fn version(number: &str) -> String {
    format!("version = \"{number}\"")
}

/// The folders that the generated Rust needs around it.
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

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        // What npm has installed is no part of the tree, and large.
        if entry.file_name() == "node_modules" {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The repository with the obstacles in it, at a place that stays, so that a second run is quick.
fn tree() -> PathBuf {
    let codegen = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = codegen.join("..").canonicalize().unwrap();
    let tree = Path::new(env!("CARGO_TARGET_TMPDIR")).join("obstacle");
    if tree.exists() {
        fs::remove_dir_all(&tree).unwrap();
    }
    for folder in COPIED {
        copy(&root.join(folder), &tree.join(folder));
    }
    for file in ["Cargo.toml", "Cargo.lock"] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let renumbered = text.replace(&version(OURS), &version(COPY));
        assert_ne!(text, renumbered, "{file} names no version {OURS}");
        fs::write(tree.join(file), renumbered).unwrap();
    }
    let obstacle = codegen.join("tests/obstacle");
    copy(&obstacle.join("types"), &tree.join("contracts/types"));
    copy(
        &obstacle.join("operations"),
        &tree.join("contracts/operations"),
    );
    for file in ["statuses.toml", "key_kinds.toml"] {
        let contract = tree.join("contracts").join(file);
        let text = fs::read_to_string(&contract).unwrap()
            + &fs::read_to_string(obstacle.join(file)).unwrap();
        fs::write(contract, text).unwrap();
    }
    let output = parsec_codegen::generate(&tree).unwrap_or_else(|problems| panic!("{problems}"));
    for (path, text) in output {
        let file = tree.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    tree
}

/// The target folder of this very build, whose dependencies are compiled already.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("..")
}

fn succeed(command: &mut Command) {
    let run = command.output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    assert!(
        run.status.success(),
        "{command:?} failed:\n{said}\n{complained}"
    );
}

/// The binding for Kotlin and Swift: their sides are written from it, and compiled with their tests.
fn binding(tree: &Path) {
    // As a library of Rust alone: a dynamic one would lie where the real one does.
    succeed(
        Command::new(env!("CARGO"))
            .current_dir(tree)
            .args(["rustc", "--offline", "--quiet", "-p", "parsec-uniffi"])
            .args(["--lib", "--crate-type", "rlib"])
            .env("CARGO_TARGET_DIR", target()),
    );
    let library = "libparsec_uniffi.rlib";
    let built = target().join("debug").join(library);
    fs::copy(built, tree.join(library)).unwrap();
}

#[test]
fn hostile_names_compile() {
    let tree = tree();
    succeed(
        Command::new(env!("CARGO"))
            .current_dir(&tree)
            .args(["check", "--offline", "--quiet"])
            .args(["-p", "parsec-contracts", "-p", "parsec-provider"])
            .args(["-p", "parsec-service", "-p", "parsec-client"])
            .args(["--features", "parsec-client/serde"])
            .env("CARGO_TARGET_DIR", target()),
    );
    succeed(
        Command::new(env!("CARGO"))
            .current_dir(&tree)
            .args([
                "test",
                "--offline",
                "--quiet",
                "-p",
                "parsec-contracts",
                "--test",
                "examples",
            ])
            .env("CARGO_TARGET_DIR", target()),
    );
    binding(&tree);
    succeed(
        Command::new("python3")
            .args(["-W", "error", "-c"])
            .arg("from _generated import errors, raw, types")
            .current_dir(tree.join("clients/python/parsec")),
    );
}
