#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The code generator: its error messages, its program, and hostile names.

mod broken;
mod obstacle;
mod program;
