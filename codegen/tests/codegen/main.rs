#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]
//! The code generator: its error messages, its program, hostile names, the lengths of its files,
//! kinds of keys, and methods by hand.

mod broken;
mod by_hand;
mod examples;
mod key_kinds;
mod lengths;
mod obstacle;
mod program;
