#![forbid(unsafe_code)]
//! The conformance cases as data: the format of a case file, the location of the files, and the
//! results of a run. `README.md` documents the members.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub mod compare;
pub mod files;
pub mod known_failing;
pub mod model;
pub mod needs;
pub mod report;

/// Returns the folder with the cases: of the clone in which the program runs, or else of that for
/// which it was compiled.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let places = [manifest, env::current_dir().ok()];
        let found = places.iter().flatten().find_map(|place| {
            let mut folders = place.ancestors().map(|it| it.join("tests/conformance"));
            folders.find(|folder| folder.join("schema.json").is_file())
        });
        found.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())
    })
}
