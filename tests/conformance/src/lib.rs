#![forbid(unsafe_code)]
//! The conformance cases as data: the format of a case file, the location of the files, and the
//! results of a run. `README.md` documents the members.

use std::path::Path;

pub mod compare;
pub mod files;
pub mod known_failing;
pub mod model;
pub mod needs;
pub mod report;

/// Returns the folder with the cases.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
