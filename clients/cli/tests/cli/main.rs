#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Tests of the command line, run as a program.

mod admin;
mod commands;
mod examples;
mod exit_codes;
mod generated;
mod imports;
mod json;
mod outputs;
mod secrets;
mod shell;
mod sizes;
mod status;
mod uses;
