#![forbid(unsafe_code)]
//! Shared code of the book's tests: Markdown parsing, and the environment of the samples.

pub mod markdown;
pub mod world;
