#![forbid(unsafe_code)]
//! Reads the contracts and writes everything that they can say.
//!
//! [`read`] turns the TOML files into plain structs, [`check`] judges them, [`model`] resolves
//! them into what all emitters share, and [`emit`] writes one target each. Nobody links this
//! crate; `cargo xtask codegen` runs its binary.

pub mod check;
pub mod emit;
pub mod model;
pub mod problem;
pub mod read;

use std::path::Path;

use problem::Problems;

/// Reads, checks and resolves the contracts below `root` and renders every generated file.
///
/// # Errors
///
/// All that is wrong with the contracts, each with its place in a file.
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
