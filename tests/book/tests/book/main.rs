#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Checks of the book against the repository.

mod config;
mod pages;
mod testing;
mod threat_model;
mod wire;
