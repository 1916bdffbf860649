#![forbid(unsafe_code)]
//! The end-to-end load generator.
