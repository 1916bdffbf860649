//! The driver: mutates a corpus and runs targets on it, each in its own process.

mod corpus;
mod coverage;
mod fault;
mod mutate;
mod session;
mod supervise;

pub use coverage::with_coverage;
pub use fault::Fault;
pub use session::{Limits, Summary, replay, run};
pub use supervise::{Report, supervise};

use std::env;
use std::path::PathBuf;

use parsec_harness::root;

/// Returns the folder for faults and running inputs.
pub fn folder() -> PathBuf {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    // Its paths are shown to users.
    let target = target.canonicalize().unwrap_or(target);
    target.join("fuzz")
}
