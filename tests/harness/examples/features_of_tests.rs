#![forbid(unsafe_code)]
//! Does nothing. Cargo unifies the features of dev-dependencies only if it builds a test or an
//! example: a build that names this one shares its dependencies with `cargo test`.

fn main() {}
