//! What the program says of files that no contract asks for.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn codegen(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parsec-codegen"))
        .arg("--root")
        .arg(root)
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn what_is_left_over_is_named_and_removed_but_not_what_python_keeps() {
    let root = tempfile::tempdir().unwrap();
    let small = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/small/contracts");
    let mut copy = Command::new("cp");
    copy.arg("-r").arg(&small).arg(root.path());
    assert!(copy.status().unwrap().success());
    assert!(codegen(root.path(), &[]).status.success());
    let python = root.path().join("clients/python/parsec/_generated");
    let bytecode = python.join("__pycache__/types.cpython-311.pyc");
    fs::create_dir(bytecode.parent().unwrap()).unwrap();
    fs::write(&bytecode, "").unwrap();
    assert!(codegen(root.path(), &["--check"]).status.success());

    let left_over = python.join("older.py");
    fs::write(&left_over, "").unwrap();
    let check = codegen(root.path(), &["--check"]);
    assert!(!check.status.success());
    let said = String::from_utf8(check.stderr).unwrap();
    assert!(
        said.contains("_generated/older.py: no contract asks"),
        "{said}"
    );
    assert!(!said.contains("pycache"), "{said}");
    assert!(codegen(root.path(), &[]).status.success());
    assert!(!left_over.exists() && bytecode.exists());
}
