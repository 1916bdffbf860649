//! Stale files: the program reports and removes files that are no longer generated.

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
fn reports_and_removes_stale_files_except_bytecode() {
    let root = tempfile::tempdir().unwrap();
    let small = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/small/contracts");
    let mut copy = Command::new("cp");
    copy.arg("-r").arg(&small).arg(root.path());
    assert!(copy.status().unwrap().success());
    assert!(codegen(root.path(), &[]).status.success());
    let python = root.path().join("clients/python/parsec_client/_generated");
    let bytecode = python.join("__pycache__/types.cpython-311.pyc");
    fs::create_dir(bytecode.parent().unwrap()).unwrap();
    fs::write(&bytecode, "").unwrap();
    assert!(codegen(root.path(), &["--check"]).status.success());

    let stale = python.join("older.py");
    fs::write(&stale, "").unwrap();
    let check = codegen(root.path(), &["--check"]);
    assert!(!check.status.success());
    let stderr = String::from_utf8(check.stderr).unwrap();
    assert!(
        stderr.contains("_generated/older.py: not generated"),
        "{stderr}"
    );
    assert!(!stderr.contains("pycache"), "{stderr}");
    assert!(codegen(root.path(), &[]).status.success());
    assert!(!stale.exists() && bytecode.exists());
}
