#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The command line, run as its users run it.

mod admin;
mod commands;
mod examples;
mod exit_codes;
mod generated;
mod outputs;
mod secrets;
mod shell;
mod status;
mod uses;
