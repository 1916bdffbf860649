#![forbid(unsafe_code)]
//! What the tests of the book share: its Markdown, and the world in which its samples run.

pub mod markdown;
pub mod world;
