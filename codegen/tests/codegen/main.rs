#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The code generator: its error messages, its program, hostile names, and the lengths of its files.

mod broken;
mod lengths;
mod obstacle;
mod program;
