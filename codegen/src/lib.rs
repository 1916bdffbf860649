#![forbid(unsafe_code)]
//! Generates code, documentation and test cases from the contracts.
//!
//! [`read`] parses the TOML files into structs, [`check`] validates them, [`model`] resolves them
//! into the model of all emitters, and each emitter in [`emit`] renders one target.
//! `cargo xtask codegen` runs the binary of this crate.

pub mod check;
pub mod emit;
pub mod model;
pub mod problem;
pub mod read;

use std::path::Path;

use problem::Problems;

/// Reads, checks and resolves the contracts in `root`, and renders all generated files.
///
/// # Errors
///
/// All problems of the contracts, each with its location in a file.
pub fn generate(root: &Path) -> Result<emit::Output, Problems> {
    let contracts = read::contracts(root)?;
    let problems = check::all(&contracts);
    if !problems.is_empty() {
        return Err(Problems::new(problems, contracts.sources));
    }
    let model = model::resolve(&contracts);
    emit::all(&model, &contracts.published)
        .map_err(|error| Problems::internal(error, contracts.sources))
}
