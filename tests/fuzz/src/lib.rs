#![forbid(unsafe_code)]
//! Fuzz targets for all code that parses external input, and a driver for them.
//!
//! A [`Target`] is a function that takes any bytes and panics if a property does not hold. The
//! driver in [`driver`] mutates a corpus without coverage information; the folder `fuzz` beside
//! this crate runs the same targets under libFuzzer, which has it.

pub mod driver;

mod choices;
// The fake is shared with the tests that it was written for.
mod target;
mod targets;
mod values;
#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "a file of the end-to-end tests, of which some is used here"
)]
#[path = "../../e2e/tests/e2e/identity/workload_api.rs"]
mod workload_api;
mod world;

pub use target::{Outcome, Target};
pub use targets::ALL as TARGETS;
pub use world::World;
