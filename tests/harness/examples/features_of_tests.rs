#![forbid(unsafe_code)]
//! An empty program. Cargo unifies the features of dev-dependencies only when it builds a test or
//! an example: a build that includes this one shares its dependencies with `cargo test`.

fn main() {}
