//! The driver: mutates a corpus and runs targets over it, each in a process of its own.

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

/// Where faults and running inputs are kept.
pub fn folder() -> PathBuf {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    // Paths in it are for people.
    let target = target.canonicalize().unwrap_or(target);
    target.join("fuzz")
}
