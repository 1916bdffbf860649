#![forbid(unsafe_code)]
//! The conformance cases as data: what a file of cases may say, where the files are, what a run of
//! them comes to. `README.md` says what the members mean.

use std::path::Path;

pub mod compare;
pub mod files;
pub mod known_failing;
pub mod model;
pub mod needs;
pub mod report;

/// The folder with the cases.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
