//! Paths.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Returns the folder with the workspace's `Cargo.toml`: that of the clone in which `cargo xtask` was
/// called. This program may have been compiled for another clone with the same target folder.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let places = [manifest, env::current_dir().ok()];
        places
            .iter()
            .flatten()
            .find_map(|place| workspace(place))
            .unwrap_or_else(|| {
                eprintln!("run `cargo xtask` in a clone of this repository");
                std::process::exit(2)
            })
    })
}

/// Returns the folder at or above `place` that contains the workspace.
fn workspace(place: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| folder.join("xtask/Cargo.toml").is_file();
    place.ancestors().find(is_root).map(Path::to_owned)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_the_clone_of_the_call() {
        let clone = env::temp_dir().join(format!("parsec-clone-{}", std::process::id()));
        let inside = clone.join("clients/rust/src");
        std::fs::create_dir_all(&inside).unwrap();
        assert_eq!(workspace(&inside), None);
        std::fs::create_dir_all(clone.join("xtask")).unwrap();
        std::fs::write(clone.join("xtask/Cargo.toml"), "").unwrap();
        assert_eq!(workspace(&inside), Some(clone.clone()));
        assert_eq!(workspace(&clone.join("xtask")), Some(clone.clone()));
        std::fs::remove_dir_all(clone).unwrap();
    }
}
