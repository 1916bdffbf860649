//! The Swift package: its toolchain, its native library, its checks, its tests.

mod mirror;
mod root;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell;
use crate::test_service::TestService;

/// What runs Swift here.
enum Toolchain {
    /// `swift` on PATH.
    Path,
    /// The one in a root folder of its own.
    Root(PathBuf),
}

/// The package's folder.
pub(crate) fn folder() -> PathBuf {
    shell::root().join("clients/swift")
}

/// Why Swift cannot run on this machine, if it cannot: said loudly, once, wherever it is wanted.
pub(crate) fn missing() -> Result<Option<String>> {
    if is_on_path() {
        return Ok(None);
    }
    let reason = root::obstacle()?;
    if let Some(reason) = &reason {
        println!("\n*** SKIPPED: Swift. {reason}.");
        println!("*** Install Swift 6 (https://www.swift.org/install) and have it on PATH.\n");
    }
    Ok(reason)
}

fn is_on_path() -> bool {
    let swift = Command::new("swift").arg("--version").output();
    swift.is_ok_and(|output| output.status.success())
}

fn toolchain() -> Result<Toolchain> {
    if is_on_path() {
        return Ok(Toolchain::Path);
    }
    let place = root::place().context("HOME is not set")?;
    Ok(Toolchain::Root(place))
}

/// Makes the toolchain where it is missing and can be had.
pub(crate) fn set_up() -> Result<()> {
    if missing()?.is_some() {
        return Ok(());
    }
    match toolchain()? {
        Toolchain::Path => Ok(()),
        Toolchain::Root(place) => root::set_up(&place),
    }
}

/// A program of the toolchain, in `folder`. It finds the native library in `native`.
pub(crate) fn command(
    folder: &Path,
    native: &Path,
    environment: &[(&str, String)],
    program: &[&str],
) -> Result<Command> {
    let variables = environment
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .chain([format!("PKG_CONFIG_PATH={}", native.display())]);
    let words: Vec<String> = ["env".to_owned()]
        .into_iter()
        .chain(variables)
        .chain(program.iter().map(|word| (*word).to_owned()))
        .collect();
    Ok(match toolchain()? {
        Toolchain::Path => {
            let mut command = Command::new("env");
            command.args(words.iter().skip(1)).current_dir(folder);
            command
        }
        Toolchain::Root(place) => {
            // Sockets of services lie in the folder for temporary files.
            let temporary = env::temp_dir();
            let target = shell::target();
            root::enter(&place, folder, &[shell::root(), &target, &temporary], words)
        }
    })
}

/// What is built goes here, out of the repository.
pub(crate) fn scratch(name: &str) -> PathBuf {
    shell::target().join("swift").join(name)
}

/// Puts a built static library and what pkg-config says of it into a folder.
pub(crate) fn place_native(profile: &str, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let built = shell::target().join(profile).join("libparsec_uniffi.a");
    let place = folder.join("libparsec_uniffi.a");
    if place.exists() {
        fs::remove_file(&place)?;
    }
    // It is large; where it cannot be linked it is copied.
    if fs::hard_link(&built, &place).is_err() {
        fs::copy(&built, &place).with_context(|| format!("copying {}", built.display()))?;
    }
    fs::write(folder.join("parsec-uniffi.pc"), PKG_CONFIG)?;
    Ok(())
}

/// What stands beside the library, wherever that is.
const PKG_CONFIG: &str = "\
prefix=${pcfiledir}

Name: parsec-uniffi
Description: The native library of the Swift package Parsec
Version: 1
Libs: -L${prefix} -lparsec_uniffi -lm -ldl -lpthread
";

/// What uniffi makes of the built library, and where it belongs. It is made anew each time and is no
/// part of the repository.
const GENERATED: [(&str, &str); 2] = [
    ("ParsecBinding.swift", "Sources/ParsecBinding/Generated"),
    ("ParsecFFI.h", "Sources/ParsecFFI/Generated"),
];

/// Writes it into the package.
pub(crate) fn generate() -> Result<()> {
    let out = scratch("generated");
    let root = shell::root();
    let mut bindgen = Command::new(shell::target().join("debug/uniffi-bindgen"));
    bindgen
        .args(["generate", "--no-format", "--language", "swift"])
        .arg("--config")
        .arg(root.join("bindings/uniffi/bindings.toml"))
        .arg("--out-dir")
        .arg(&out)
        .arg(shell::target().join("debug/libparsec_uniffi.so"));
    shell::run(bindgen.current_dir(root))?;
    for (name, place) in GENERATED {
        let place = folder().join(place);
        fs::create_dir_all(&place)?;
        let (made, place) = (fs::read(out.join(name))?, place.join(name));
        // One that is the same stays as it was, and so does what was compiled of it.
        if !fs::read(&place).is_ok_and(|there| there == made) {
            fs::write(&place, made)?;
        }
    }
    Ok(())
}

/// The tests, warnings as errors.
pub(crate) fn test() -> Result<()> {
    if missing()?.is_some() {
        return Ok(());
    }
    generate()?;
    let native = scratch("native");
    place_native("debug", &native)?;
    let devices = TestService::start_devices()?;
    let service = TestService::start()?;
    let environment = [
        ("PARSEC_SERVICE_ENDPOINT", service.endpoint().to_owned()),
        ("PARSEC_TEST_DEVICES", devices.endpoint().to_owned()),
        (
            "PARSEC_CONFORMANCE_REPORT",
            shell::report("swift").display().to_string(),
        ),
    ];
    let scratch = scratch("build");
    let scratch = scratch.to_string_lossy();
    let mut tests = command(
        &folder(),
        &native,
        &environment,
        &["swift", "test", "--scratch-path", &scratch],
    )?;
    shell::step(&mut tests).map(drop)
}
