#![forbid(unsafe_code)]
//! The Parsec service: one daemon a host that holds keys for every application on it.
