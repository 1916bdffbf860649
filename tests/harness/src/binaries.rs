//! The binaries under test, built once per process.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Returns the `parsec-service` binary.
///
/// `PARSEC_SERVICE_BINARY` names an existing one; otherwise cargo builds it, in the caller's target
/// folder and profile.
///
/// # Panics
///
/// If it does not build.
pub fn service_binary() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| find("PARSEC_SERVICE_BINARY", "parsec-service"))
}

/// Returns the `parsec` binary, the command line.
///
/// `PARSEC_CLI_BINARY` names an existing one.
///
/// # Panics
///
/// If it does not build.
pub fn cli() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| find("PARSEC_CLI_BINARY", "parsec"))
}

fn find(variable: &str, binary: &str) -> PathBuf {
    env::var_os(variable).map_or_else(|| build(binary), PathBuf::from)
}

/// Builds a binary with the packages and features of `cargo xtask test`, so that nothing is
/// compiled twice.
fn build(binary: &str) -> PathBuf {
    let folder = profile_folder();
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(other) => other,
    };
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["build", "--quiet", "--workspace", "--all-features"])
        .args(["--bin", binary, "--example", "features_of_tests"])
        .args(["--profile", profile])
        .arg("--manifest-path")
        .arg(root().join("Cargo.toml"))
        .stdin(Stdio::null());
    // Variables of the cargo process that runs this one would make build scripts of other packages
    // run again.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    if let Some(target) = folder.parent() {
        command.arg("--target-dir").arg(target);
    }
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("cargo cannot be run to build {binary}: {error}"));
    assert!(status.success(), "{binary} does not build: {status}");
    folder.join(binary)
}

/// Returns cargo's output folder for the profile of this process.
fn profile_folder() -> PathBuf {
    let built = env::current_exe().ok().and_then(|exe| {
        let folder = exe.parent()?;
        let folder = match folder.file_name()?.to_str()? {
            "deps" | "examples" => folder.parent()?,
            _ => folder,
        };
        // Doc tests run from a temporary folder.
        folder
            .join(".fingerprint")
            .is_dir()
            .then(|| folder.to_owned())
    });
    built.unwrap_or_else(|| root().join("target/debug"))
}

/// Returns the root of the repository: of the clone whose tests run. The program may have been
/// compiled for another clone with the same target folder.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let places = [manifest, env::current_dir().ok()];
        let is_root = |folder: &&Path| folder.join("tests/harness/Cargo.toml").is_file();
        let found = places
            .iter()
            .flatten()
            .find_map(|place| place.ancestors().find(is_root).map(Path::to_owned));
        // A program that runs elsewhere, such as a test of another language.
        found.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
    })
}
