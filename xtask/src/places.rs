//! Paths.

use std::env;
use std::path::{Path, PathBuf};

/// Returns the folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Returns cargo's output folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Returns the folder for cached builds that all clones share, if this user has a home folder.
pub(crate) fn cache() -> Option<PathBuf> {
    let folder = env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))?;
    Some(folder.join("parsec"))
}

/// Returns the folder with the reports of the conformance cases.
pub(crate) fn conformance() -> PathBuf {
    target().join("conformance")
}

/// Returns the path of a language's conformance report.
pub(crate) fn report(language: &str) -> PathBuf {
    conformance().join(format!("{language}.json"))
}

/// Creates an empty folder for the JUnit reports of a language's tests.
pub(crate) fn fresh_reports(language: &str) -> std::io::Result<PathBuf> {
    let folder = reports(language);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => std::fs::create_dir_all(&folder)?,
    }
    Ok(folder)
}

/// Creates an empty folder for a package or a project that uses one.
pub(crate) fn fresh_package(name: &str) -> std::io::Result<PathBuf> {
    let folder = target().join("packages").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Returns the folder for the JUnit files of a part of the tests.
pub(crate) fn reports(part: &str) -> PathBuf {
    target().join("reports").join(part)
}

/// Returns the folder with the logs of the parts.
pub(crate) fn logs() -> PathBuf {
    target().join("logs")
}

/// Returns the log file of a part of the tests.
pub(crate) fn log(part: &str) -> PathBuf {
    let name = part.replace(['/', ' '], "-");
    logs().join(format!("{name}.log"))
}
