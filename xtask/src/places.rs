//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where what took long to make is kept for other clones, if this user has such a place.
pub(crate) fn cache() -> Option<PathBuf> {
    let folder = env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))?;
    Some(folder.join("parsec"))
}

/// Where the reports of the conformance cases are.
pub(crate) fn conformance() -> PathBuf {
    target().join("conformance")
}

/// Where the report of a language's conformance cases goes.
pub(crate) fn report(language: &str) -> PathBuf {
    conformance().join(format!("{language}.json"))
}

/// An empty folder for the JUnit reports of a language's tests.
pub(crate) fn fresh_reports(language: &str) -> std::io::Result<PathBuf> {
    let folder = reports(language);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => std::fs::create_dir_all(&folder)?,
    }
    Ok(folder)
}

/// Where a part of the tests leaves its JUnit files.
pub(crate) fn reports(part: &str) -> PathBuf {
    target().join("reports").join(part)
}

/// Where the logs of the parts are.
pub(crate) fn logs() -> PathBuf {
    target().join("logs")
}

/// Where a part of the tests prints to.
pub(crate) fn log(part: &str) -> PathBuf {
    let name = part.replace(['/', ' '], "-");
    logs().join(format!("{name}.log"))
}
